import type { NoticeData } from './notice-data.ts';

/** A notice before it becomes text and HTML: a headline, sentences, and facts in two columns. */
export interface NoticeContent {
  subject: string;
  sentences: string[];
  rows: [label: string, value: string][];
}

export type Template = (data: NoticeData) => NoticeContent;
