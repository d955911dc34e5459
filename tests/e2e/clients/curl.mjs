/** `curl -fsS <address>`, for machines without curl. */
const address = process.argv.at(-1);
try {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the answer is ${response.status}`);
  process.stdout.write(await response.text());
} catch (error) {
  console.error(`curl: ${error.message}`);
  process.exitCode = 22;
}
