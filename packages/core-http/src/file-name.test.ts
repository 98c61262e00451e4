import { describe, expect, it } from "vitest";
import { numberedFileName } from "./file-name.ts";
import { fileNameFromDisposition, safeFileName } from "./index.ts";

describe("[HTTP-12] safeFileName", () => {
  it.each([
    ["report.zip", "report.zip"],
    ["../../etc/passwd", "passwd"],
    ["..\\..\\windows\\system.ini", "system.ini"],
    ["/etc/shadow", "shadow"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["com1.tar.gz", "_com1.tar.gz"],
    [".bashrc", "bashrc"],
    ["a\u0000b\r\n.zip", "ab.zip"],
    ['a<b>c:"d|e?f*.zip', "a_b_c__d_e_f_.zip"],
    ["name. . ", "name"],
    ["gpj\u202efdp.exe", "gpjfdp.exe"],
    ["备份.zip", "备份.zip"],
    ["e\u0301.zip", "é.zip"],
  ])("makes %j %j", (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it.each(["", ".", "..", "...", "/", "a/..", " \t"])("finds nothing in %j", (name) => {
    expect(safeFileName(name)).toBeUndefined();
  });

  it("keeps names to 255 bytes, with their extension and whole characters", () => {
    const name = safeFileName(`${"备".repeat(200)}.zip`) ?? "";
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^备+\.zip$/);
  });

  it("numbers a taken name before its extension", () => {
    expect(numberedFileName("a.zip", 2)).toBe("a (2).zip");
    expect(numberedFileName("a", 3)).toBe("a (3)");
    expect(Buffer.byteLength(numberedFileName("a".repeat(255), 2))).toBe(255);
  });
});

describe("[HTTP-12] fileNameFromDisposition", () => {
  it.each([
    ['attachment; filename="a b.zip"', "a b.zip"],
    ["attachment; filename=plain.zip", "plain.zip"],
    ["attachment; filename=\"fallback.zip\"; filename*=UTF-8''%E5%A4%87%E4%BB%BD.zip", "备份.zip"],
    ["attachment; filename*=utf-8'en'%41.zip; filename=b.zip", "A.zip"],
    ["attachment; filename*=iso-8859-1''%E9.zip", "é.zip"],
    ["attachment; filename*=UTF-8''%FF%FE.zip; filename=good.zip", "good.zip"],
    ["attachment; filename*=latin7''x; filename=good.zip", "good.zip"],
    ['attachment; filename="with \\"quotes\\".zip"', 'with "quotes".zip'],
    ['attachment; filename="semi;colon.zip"', "semi;colon.zip"],
    [`attachment; filename="${Buffer.from("备份.zip").toString("latin1")}"`, "备份.zip"],
    ['attachment; filename="%E5%A4%87.zip"', "备.zip"],
    ['attachment; filename="100%.zip"', "100%.zip"],
    ["attachment; FileName=Upper.zip", "Upper.zip"],
  ])("reads %j", (header, name) => {
    expect(fileNameFromDisposition(header)).toBe(name);
  });

  it.each([undefined, "", "attachment", "inline; name=x", "attachment; filename="])(
    "finds none in %j",
    (header) => {
      expect(fileNameFromDisposition(header) || undefined).toBeUndefined();
    },
  );
});
