// For `htmlparser2`, which can write documents with it: none is written.
export default undefined;
