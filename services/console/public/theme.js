// Runs before anything is painted, so that nobody in the dark is blinded by a white page first.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('bursar-color-scheme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark =
    kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
