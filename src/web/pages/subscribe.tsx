import type { Base } from "../links.ts";
import { type Alternate, FORMAT_NAMES } from "./layout.tsx";

/** Web readers, and the address before a feed's encoded address that subscribes there. */
const READERS: readonly [name: string, address: string][] = [
  ["Feedly", "https://feedly.com/i/subscription/feed/"],
  ["Inoreader", "https://www.inoreader.com/?add_feed="],
  ["NewsBlur", "https://www.newsblur.com/?url="],
  ["The Old Reader", "https://theoldreader.com/feeds/subscribe?url="],
];

interface SubscribeProps {
  base: Base;
  url: string;
  /** The same feed in all formats; none if the formats are chosen elsewhere. */
  alternates?: readonly Alternate[];
  isPrivate: boolean;
}

/**
 * A feed's address: to copy, and to open in a reader. Nothing is requested from these readers before somebody clicks.
 */
export function Subscribe({ base, url, alternates = [], isPrivate }: SubscribeProps) {
  return (
    <>
      <div class="url">
        <code id="address">{url}</code>
        <button type="button" data-copy={url}>
          Copy
        </button>
      </div>
      {isPrivate && <p class="soft">{base.key ? KEY_IN_ADDRESS : KEY_NEEDED}</p>}
      {alternates.length > 0 && <FormatLinks alternates={alternates} />}
      <p class="formats">
        Open in <a href={`feed:${url}`}>your reader</a>
        {READERS.map(([name, address]) => (
          <a href={address + encodeURIComponent(url)}>{name}</a>
        ))}
      </p>
    </>
  );
}

export const FormatLinks = ({ alternates }: { alternates: readonly Alternate[] }) => (
  <p class="formats">
    {alternates.map(({ format, href }) => (
      <a href={href}>{FORMAT_NAMES[format]}</a>
    ))}
  </p>
);

const KEY_IN_ADDRESS =
  "This bridge is private, and the address contains its key: whoever has the address can read everything here. A reader on the web learns the key too.";
const KEY_NEEDED =
  "This bridge is private: your reader must send its key, as the password with any user name, or as ?key=… in the address.";
