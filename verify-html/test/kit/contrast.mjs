// Text that does not stand out from its paper, as WCAG 2 measures it; 4.5 is what it asks.
// Runs in a page.
export function poorContrast(selector) {
  // Mixed colours come as color(srgb 0.9 …), others as rgb(230, …).
  const numbers = (colour) => colour.match(/[\d.]+/g).map((n, i) => (colour.startsWith('color(') && i < 3 ? n * 255 : Number(n)));
  const luminance = (colour) => numbers(colour).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (numbers(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll(selector)].map((element) => {
    const [a, b] = [getComputedStyle(element).color, paper(element)].map(luminance).sort((x, y) => y - x);
    return [element.textContent.slice(0, 40), (a + 0.05) / (b + 0.05)];
  }).filter(([, contrast]) => contrast < 4.5);
}
