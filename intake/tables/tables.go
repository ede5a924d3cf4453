// Package tables reads and writes CSV tables as the spreadsheet programs of offices do: UTF-8 with or without a mark, UTF-16, GBK.
// It owns nothing and knows nothing of what stands in a table.
package tables

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decode gives the text as UTF-8; false when it cannot be read. Spreadsheets in China write GBK, or Unicode with a mark in front.
func Decode(raw []byte) ([]byte, bool) {
	marked := bytes.HasPrefix(raw, []byte{0xff, 0xfe}) || bytes.HasPrefix(raw, []byte{0xfe, 0xff}) || bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf})
	var from encoding.Encoding
	switch {
	case marked:
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
		if raw[0] == 0xef {
			from = unicode.UTF8BOM
		}
	case utf8.Valid(raw):
		return raw, !bytes.ContainsRune(raw, 0)
	default:
		from = simplifiedchinese.GB18030
	}
	text, err := from.NewDecoder().Bytes(raw)
	return text, err == nil && utf8.Valid(text) && !bytes.ContainsRune(text, utf8.RuneError) && !bytes.ContainsRune(text, 0)
}

// Writer writes a table that a spreadsheet program opens with a double click, in UTF-8 with a mark or in GBK (GB18030 for what GBK lacks).
type Writer struct {
	csv *csv.Writer
	out io.WriteCloser
}

// NewWriter begins a table. Flush ends it.
func NewWriter(w io.Writer, gbk bool) *Writer {
	e := unicode.UTF8BOM.NewEncoder()
	if gbk {
		e = simplifiedchinese.GB18030.NewEncoder()
	}
	out := struct {
		io.Writer
		io.Closer
	}{e.Writer(w), io.NopCloser(nil)}
	if c, ok := out.Writer.(io.Closer); ok {
		out.Closer = c
	}
	t := &Writer{csv: csv.NewWriter(out), out: out}
	t.csv.UseCRLF = true
	return t
}

// Write adds a line. No cell can begin a formula.
func (t *Writer) Write(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = Guard(c)
	}
	return t.csv.Write(safe)
}

// Flush writes what is left. The writer below stays open.
func (t *Writer) Flush() error {
	t.csv.Flush()
	if err := t.csv.Error(); err != nil {
		return err
	}
	return t.out.Close()
}

// Guard puts an apostrophe before a cell that a spreadsheet program would take for a formula (OWASP, CSV Injection), full-width signs included.
func Guard(cell string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u00a0\u3000"))
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// Unguard is the cell as it was before Guard.
func Unguard(cell string) string {
	if bare, ok := strings.CutPrefix(cell, "'"); ok && Guard(bare) == cell {
		return bare
	}
	return cell
}
