/** The bar above a page: the way to the list, the title, and what the page brings. */

import { PanelLeft } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "../strings";
import { IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { useMediaQuery } from "../ui/hooks";
import { useStore } from "./store";

export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  const wide = useMediaQuery("(min-width: 1024px)");
  const sidebarOpen = useStore((state) => state.sidebarOpen);
  const setOpen = useStore((state) => state.setOpen);
  const hidden = wide && sidebarOpen;
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 px-3 sm:px-4">
      {!hidden && (
        <IconButton
          icon={PanelLeft}
          label={t.sidebar.open}
          onClick={() => setOpen(wide ? { sidebarOpen: true } : { drawerOpen: true })}
        />
      )}
      <h1 className={classes("min-w-0 flex-1 truncate text-[15px] font-semibold", hidden && "pl-2")}>{title}</h1>
      {children}
    </header>
  );
}
