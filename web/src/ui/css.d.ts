/** Style sheets are bundled as text; nothing may depend on a second file. */
declare module "*.css" {
  const text: string;
  export default text;
}
