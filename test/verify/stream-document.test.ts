import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StreamDocument, StreamFault } from "../../src/verify/stream-document.ts";
import { DIALBACK, features, HEADER, STARTTLS } from "./xmpp-server.ts";

function read(text: string): StreamDocument {
  const document = new StreamDocument();
  document.push(Buffer.from(text));
  return document;
}

describe("StreamDocument", () => {
  test("has the opening tag's attributes and whole elements", () => {
    const document = read(`${HEADER}${features(STARTTLS, DIALBACK)}<half><a/>`);
    expect(document.opened?.get("version")).toBe("1.0");
    expect(document.elements).toMatchObject([
      {
        name: "features",
        namespace: "http://etherx.jabber.org/streams",
        children: [
          {
            name: "starttls",
            namespace: "urn:ietf:params:xml:ns:xmpp-tls",
            children: [{ name: "required" }],
          },
          { name: "dialback" },
        ],
      },
    ]);
    expect(document.isClosed).toBe(false);
  });

  test("reads octet by octet what it reads at once", () => {
    const text = `${HEADER}<ü>ö &amp; &#x20;<![CDATA[<]]></ü></stream:stream>`;
    const slowly = new StreamDocument();
    for (const octet of Buffer.from(text)) slowly.push(Buffer.from([octet]));
    expect(slowly.elements).toEqual(read(text).elements);
    expect(slowly.elements).toMatchObject([{ name: "ü", text: "ö &  <" }]);
    expect(slowly.isClosed).toBe(true);
  });

  test.each([
    { why: "no XML", text: "HTTP/1.1 400 Bad Request\r\n\r\n", says: /^it is no XML: / },
    { why: "no stream", text: "<html>", says: "it begins with <html>, not with a stream" },
    { why: "another stream", text: "<stream xmlns='jabber:server'>", says: /^it begins with <stream>/ },
    { why: "a DTD", text: "<!DOCTYPE x [<!ENTITY a 'b'>]>", says: /^it holds a DTD, which XMPP forbids/ },
    { why: "an entity of its own", text: `${HEADER}<a>&lol;</a>`, says: /^it is no XML: / },
    { why: "a comment", text: `${HEADER}<!-- -->`, says: /^it holds a comment/ },
    { why: "an instruction", text: `${HEADER}<?php ?>`, says: /^it holds a processing instruction/ },
    { why: "an unbound prefix", text: `${HEADER}<x:a/>`, says: /^it is no XML: / },
    { why: "tags crossed", text: `${HEADER}<a><b></a>`, says: /^it is no XML: / },
    { why: "too much", text: HEADER + "<a/>".repeat(20_000), says: "it says more than 65536 octets" },
  ])("throws at $why", ({ text, says }) => {
    const wanted = typeof says === "string" ? new StreamFault(says) : says;
    expect(() => read(text)).toThrow(wanted);
  });

  test("throws at octets that are no UTF-8", () => {
    expect(() => new StreamDocument().push(Buffer.from([0x3c, 0xff]))).toThrow(StreamFault);
  });

  test("whatever comes, it throws nothing else", () => {
    const piece = fc.oneof(
      fc.constantFrom(HEADER, "<a>", "</a>", "<a b='", "]]>", "<![CDATA[", "&#0;", "<!ENTITY", "xmlns:q='"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          read(pieces.join(""));
        } catch (fault) {
          expect(fault).toBeInstanceOf(StreamFault);
        }
      }),
    );
  });
});
