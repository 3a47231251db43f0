/** For a server that asks for a token. */

import { type FormEvent, useState } from "react";
import { keepToken, token } from "../api";
import { t } from "../strings";
import { Button } from "../ui/Button";

export function SignIn() {
  const [value, setValue] = useState("");
  const refused = Boolean(token());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keepToken(value.trim());
    location.reload();
  };
  return (
    <main className="grid h-dvh place-items-center p-6">
      <form onSubmit={submit} className="flex w-full max-w-sm flex-col gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">{t.signIn.title}</h1>
        <p className="text-muted">{t.signIn.lead}</p>
        <label className="flex flex-col gap-1.5 text-sm">
          {t.signIn.field}
          <input
            // biome-ignore lint/a11y/noAutofocus: there is nothing else on this page
            autoFocus
            type="password"
            autoComplete="current-password"
            required
            value={value}
            onChange={(event) => setValue(event.target.value)}
            className="min-h-11 rounded-lg border border-line bg-raised px-3 text-base"
          />
        </label>
        {refused && (
          <p role="alert" className="text-sm text-danger">
            {t.signIn.refused}
          </p>
        )}
        <Button look="primary" type="submit" className="min-h-11">
          {t.signIn.button}
        </Button>
      </form>
    </main>
  );
}
