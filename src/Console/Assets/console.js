// What the server asks of the reader's browser.
export const remember = (key, value) => localStorage.setItem(`assay:${key}`, value);
export const recall = key => localStorage.getItem(`assay:${key}`);
export const themeChoice = () => window.assayTheme.choice();
export const chooseTheme = choice => window.assayTheme.choose(choice);
export const reader = () => ({
  dark: document.documentElement.classList.contains("dark"),
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
});
// The address holds what is shown, so that it can be sent to somebody; the page stays as it is.
export const address = relative => history.replaceState(history.state, "", new URL(relative, document.baseURI));
export const show = id => document.getElementById(id)?.scrollIntoView({ block: "nearest" });

export const download = (name, type, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};

export const connected = () => document.documentElement.dataset.connected = "true";

export const onShade = reader => {
  const tell = event => reader.invokeMethodAsync("ShadeChanged", event.detail).catch(() => {});
  document.addEventListener("assay-shade", tell);
};

export const onSearchKey = () => {
  document.addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    document.getElementById("search")?.focus();
  });
};

// A chosen picture, cut to its middle and scaled, as red, green, blue and alpha of each pixel; it is drawn where the reader sees it.
export const pixels = async (input, canvas, width, height) => {
  const picture = await createImageBitmap(input.files[0]);
  const scale = Math.max(width / picture.width, height / picture.height);
  const [across, down] = [picture.width * scale, picture.height * scale];
  Object.assign(canvas, { width, height });
  const drawing = canvas.getContext("2d");
  drawing.drawImage(picture, (width - across) / 2, (height - down) / 2, across, down);
  return new Uint8Array(drawing.getImageData(0, 0, width, height).data.buffer);
};

// The cells of a heat strip are one stop of the tabulator; arrows lead from cell to cell, along a row and from row to row.
export const onHeatKeys = () => document.addEventListener("keydown", event => {
  const from = event.target.closest?.(".heat a");
  if (!from || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = [...from.parentElement.children], place = row.indexOf(from);
  const strips = [...(from.closest("table")?.querySelectorAll(".heat:has(a)") ?? [])];
  const strip = step => strips[strips.indexOf(from.parentElement) + step]?.children[place];
  const to = {
    ArrowLeft: () => row[place - 1], ArrowRight: () => row[place + 1], Home: () => row[0], End: () => row.at(-1),
    ArrowUp: () => strip(-1), ArrowDown: () => strip(1),
  }[event.key];
  if (!to) return;
  event.preventDefault();
  const cell = to();
  if (!cell) return;
  for (const other of cell.parentElement.children) other.tabIndex = other === cell ? 0 : -1;
  cell.focus();
});
