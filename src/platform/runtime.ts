/** Whether this is the server on Node. Workers have some of Node's modules too, but to load one takes an isolate 6 ms. */
export const isNode = navigator.userAgent.startsWith("Node.js/");
