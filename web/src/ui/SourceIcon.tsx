/** The kind of a source, as a picture. */

import { Braces, FileText, Globe } from "lucide-react";
import type { SourceType } from "../api";

const ICONS = { document: FileText, webpage: Globe, api: Braces };

export function SourceIcon({ type, size = 16, className }: { type: SourceType; size?: number; className?: string }) {
  const Icon = ICONS[type] ?? FileText;
  return <Icon aria-hidden size={size} strokeWidth={1.8} className={className} />;
}
