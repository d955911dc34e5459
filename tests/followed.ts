/** The sources of KCNA Watch, as `FOLLOW` names them: other websites are followed by the tests that have replicas of them. */
export const KCNA_WATCH_SOURCES = "kcna-en, newstream, rodong-ko, kcna-ko";
