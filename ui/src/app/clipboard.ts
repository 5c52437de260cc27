// Copying text. Browsers offer their clipboard to pages of this machine or over https only; over
// plain http in the home network the old way through a selected field still works.

export async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext && "clipboard" in navigator) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
