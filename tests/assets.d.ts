declare module "*.html?raw" {
  const page: string;
  export default page;
}
