/** Interim shapes until docs/api/openapi.json has them. */
import { send } from './client';

export interface Soon {
  DevicePermission: 'album' | 'camera' | 'location' | 'microphone';
  DevicePermissions: {
    items: { permission: Soon['DevicePermission']; granted?: boolean | null; changed_at?: string | null }[];
  };
  MediaKind: 'audio' | 'image' | 'text' | 'video';
  MediaPlace: {
    latitude: number;
    longitude: number;
    accuracy?: number | null;
    source: 'device' | 'file' | 'manual';
  };
  MediaOut: {
    id: string;
    name: string;
    kind: Soon['MediaKind'];
    content_type: string;
    bytes: number;
    width?: number | null;
    height?: number | null;
    alt: string;
    url?: string | null;
    thumbnail_url?: string | null;
    captured_at?: string | null;
    place?: Soon['MediaPlace'] | null;
    uploaded_at: string;
    uploaded_by: string;
    contains_personal: boolean;
    consent_reference?: string | null;
    omitted: string[];
  };
  Page_MediaOut: { items: Soon['MediaOut'][]; next?: string | null };
  MediaUsageOut: {
    items: number;
    bytes: number;
    quota_bytes: number;
    attestation: { version: string; text: string };
  };
  MediaPatch: {
    name?: string;
    alt?: string;
    captured_at?: string | null;
    place?: Soon['MediaPlace'] | null;
    consent_reference?: string | null;
  };
  CropIn: {
    x: number;
    y: number;
    width: number;
    height: number;
    resize_width?: number | null;
    resize_height?: number | null;
  };
}

type Call = (path: string, options?: object) => Promise<{ data: unknown }>;
export const soon = send as unknown as Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Call>;
export const soonQuery = <T>(path: string, options?: object) => ({
  queryKey: ['get', path, options] as const,
  queryFn: async () => (await soon.GET(path, options)).data as T,
});
