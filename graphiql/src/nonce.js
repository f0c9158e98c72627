// Monaco, Motion and Radix make <style> elements at run time and know nothing of nonces. This
// module must be imported before them.
const nonce = document.querySelector('meta[property="csp-nonce"]').nonce;
const createElement = Document.prototype.createElement;

Document.prototype.createElement = function (name, options) {
  const element = createElement.call(this, name, options);
  if (element instanceof HTMLStyleElement) {
    element.nonce = nonce;
  }
  return element;
};
