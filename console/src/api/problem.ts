/** Errors of the API (RFC 9457) as one class that screens know how to show, in the language of the screen. */
import { serverSentence } from '../lib/server-sentences';

/** One wrong field of a request. */
export interface ProblemField {
  /** JSON pointer into the request's body, such as `/content/subject`. */
  pointer: string;
  code: string;
  detail: string;
}

/** What the server says of a request it refused, or status 0 if it could not be reached. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  request_id?: string;
  errors?: ProblemField[];
  /** Seconds after which to try again, if the server says so. */
  retryAfter?: number;
}

/** A refused or failed request. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.code);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** Reads a refused response. Whatever is no problem document becomes one. */
export async function problemFrom(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const common = {
    status: response.status,
    request_id: response.headers.get('X-Request-Id') ?? undefined,
    retryAfter: Number.isFinite(retry) ? retry : undefined,
  };
  try {
    const body = (await response.clone().json()) as Partial<Problem>;
    if (typeof body.code === 'string') {
      return inLanguage({ title: '', detail: '', ...body, ...common, code: body.code });
    }
  } catch {
    // Not JSON: a proxy's page, or nothing. What is known is said below.
  }
  return { ...common, code: 'unexpected_answer', title: response.statusText, detail: '' };
}

function inLanguage(problem: Problem): Problem {
  const errors = problem.errors?.map((field) => ({ ...field, detail: serverSentence(field.detail) }));
  return { ...problem, detail: serverSentence(problem.detail), errors };
}

/** The problem behind anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: -1, code: 'console_fault', title: '', detail };
}

/** True if trying again may help without anybody changing anything. */
export function isTransient(error: unknown): boolean {
  const { status } = problemOf(error);
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

/** Field errors by form path: pointer `/content/subject` becomes `content.subject`. */
export function fieldErrors(error: unknown): { path: string; detail: string; code: string }[] {
  return (problemOf(error).errors ?? []).map(({ pointer, detail, code }) => ({
    path: pointer.replace(/^\//, '').replaceAll('/', '.'),
    detail,
    code,
  }));
}
