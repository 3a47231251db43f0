/** The words of the page in the language in use. */

import { en, type Strings } from "./en";

export const t: Strings = en;
