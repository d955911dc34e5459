export async function slowestQuestions(): Promise<string> {
  return "";
}
