import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { XclbinError } from "../../../hw/pcie/xclbin_content.ts";
import { formatXml, parseXml, type XmlElement } from "../../../hw/pcie/xclbin_xml.ts";
import { cases, seed } from "../../sampling.ts";

Deno.test("parseXml reads elements and attributes, and passes over comments, instructions and text", () => {
  const text = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- a < comment > -->
<project name='p "q"'>
  text <arg type="stream&lt;int&gt;&amp;" x="&#65;&#x1F600;&quot;&apos;" y = "a
b"/> <![CDATA[<not an="element">]]> <b ><c/></b >
</project>\0\n`;
  assertEquals(parseXml(text), {
    name: "project",
    attributes: new Map([["name", 'p "q"']]),
    children: [
      {
        name: "arg",
        attributes: new Map([["type", "stream<int>&"], ["x", "A\u{1F600}\"'"], ["y", "a b"]]),
        children: [],
      },
      { name: "b", attributes: new Map(), children: [{ name: "c", attributes: new Map(), children: [] }] },
    ],
  });
});

Deno.test("parseXml says what is wrong and in which line", () => {
  const texts: [string, string][] = [
    ["", "it has no element (line 1)"],
    ["\n\n<a>", "<a> is not closed (line 3)"],
    ["<a><b></a>", "<b> is closed by </a>"],
    ["</a>", "</a> closes nothing"],
    ["<a/><b/>", "<b> is a second root element"],
    ["<a/>text", "it has text outside of its elements"],
    ["<a b='1' b='2'/>", "<a> has b twice"],
    ["<a b=1/>", "b of <a> has no quoted value"],
    ["<a b='1/>", "the value of b of <a> is not closed"],
    ["<a b='1/>\n<c d='2'/>", "the value of b of <a> has a <, or is not closed"],
    ["<a b='1'c='2'/>", "<a is not closed"],
    ["<a", "<a is not closed"],
    ["<a/", "<a is not closed"],
    ["<a></a", "</a is not closed"],
    ["<a></>", "a closing tag has no name"],
    ["<1/>", "a tag has no name"],
    ["<!-- ", "<!-- is not closed"],
    ["<a b='&constructor;'/>", "b of <a> has &constructor;, which is no character"],
    ["<a b='& '/>", "b of <a> has & , which is no character"],
    ["<a b='&#0;'/>", "b of <a> has &#0;, which is no character"],
    ["<a b='&#xD800;'/>", "b of <a> has &#xD800;, which is no character"],
    ["<a b='&#x110000;'/>", "b of <a> has &#x110000;, which is no character"],
    ["<!DOCTYPE a [<!ENTITY b 'bb'>]><a/>", "it declares entities or types"],
    ["<a>".repeat(65), "its elements are nested more than 64 deep"],
  ];
  for (const [text, message] of texts) {
    assertThrows(() => parseXml(text), XclbinError, `Cannot read the xclbin's XML: ${message}`);
  }
});

Deno.test("parseXml ends a depth bomb and an element bomb in time that grows with their length only", () => {
  assertThrows(() => parseXml("<a>".repeat(1_000_000)), XclbinError, "nested more than 64 deep");
  assertThrows(() => parseXml(`<a>${"<b/>".repeat(300_000)}`), XclbinError, "it has more than 250000 elements");
  assertThrows(() => parseXml(`<a b="${"&".repeat(1_000_000)}"/>`), XclbinError, "which is no character");
  assertThrows(() => parseXml(`<a ${" ".repeat(1_000_000)}!`), XclbinError, "<a is not closed");
  assertThrows(() => parseXml("<".repeat(1_000_000)), XclbinError, "a tag has no name");
});

Deno.test("formatXml writes random elements so that parseXml reads them back", () => {
  const name = fc.stringMatching(/^[A-Za-z_:][\w.:-]{0,8}$/);
  const value = fc.string({ unit: "grapheme" }).filter((text) => !/[^\P{C}\t\n\r]/u.test(text));
  const attributes = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => new Map(pairs));
  const { element } = fc.letrec<{ element: XmlElement; children: XmlElement[] }>((tie) => ({
    element: fc.record({ name, attributes, children: tie("children") }),
    children: fc.oneof({ maxDepth: 4 }, fc.constant<XmlElement[]>([]), fc.array(tie("element"), { maxLength: 3 })),
  }));
  fc.assert(
    fc.property(element, (root) => assertEquals(parseXml(formatXml(root)), root)),
    { seed, numRuns: cases(100, 5000) },
  );
});
