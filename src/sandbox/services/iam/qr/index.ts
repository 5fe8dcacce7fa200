import { qrCode } from './code.ts';
import { modulesPng } from './png.ts';

/** A PNG picture of the QR code of a text of at most 520 bytes. */
export const qrPng = (text: string): Buffer => modulesPng(qrCode(text));
