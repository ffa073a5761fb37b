/** The script of a shop's page that uses Segment's library for browsers, as a bundler of the shop would make it. */
import { AnalyticsBrowser } from '@segment/analytics-next';

interface Wanted {
  url: string;
  writeKey: string;
  strategy: string;
  email: string;
}

/** Looks at a scarf and says who one is. */
export async function visit({ url, writeKey, strategy, email }: Wanted): Promise<void> {
  const batching = { strategy: 'batching' as const, config: { size: 3, timeout: 300 } };
  const analytics = AnalyticsBrowser.load(
    { writeKey, cdnURL: url },
    {
      integrations: {
        'Segment.io': {
          apiHost: `${new URL(url).host}/v1`,
          protocol: 'http',
          ...(strategy === 'batching' && { deliveryStrategy: batching }),
        },
      },
    },
  );
  await analytics.page(`Scarves ${strategy}`);
  await analytics.track(`Scarf Viewed ${strategy}`, { price: 19.5 });
  await analytics.identify(`b-${strategy}`, { email, firstName: 'Bea' });
}
