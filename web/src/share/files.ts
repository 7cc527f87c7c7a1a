/** Saving and opening a run as a file, and copying text: the browser's side of sharing. */

/** Files that are larger than any run we would write are refused unread. */
const MAX_BYTES = 16_000_000;

export function saveText(name: string, text: string): void {
  save(name, new Blob([text], { type: "text/plain" }));
}

export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function readText(file: File): Promise<string> {
  if (file.size > MAX_BYTES) throw new Error(`${file.name} is larger than any run of Raft Lab.`);
  return file.text();
}

/** False where the clipboard is not to be had (plain http, some frames): the text field stays there to copy from. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
