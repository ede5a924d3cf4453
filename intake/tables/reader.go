package tables

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Reader reads a table line by line; the lines may differ in length. A quote opens a cell only where the cell begins: one that stands further in is a sign like
// any other. What cannot be told apart with certainty ends the reading: encoding/csv either refuses the quotes that people write, or takes rows that follow an
// open quote for text.
type Reader struct {
	rest    []byte
	comma   string
	line    int // of the next sign
	begins  int // line of the row that was read last
	width   int // most cells of a row so far
	stopped error
}

// OpenQuote is the error of a cell whose quote stays open, or seems to: nothing from its line on was read.
type OpenQuote struct{ Line int }

func (e *OpenQuote) Error() string {
	return fmt.Sprintf("tables: the quote of line %d stays open", e.Line)
}

// NewReader reads a table with the separator that stands most often in the first line.
func NewReader(text []byte) *Reader {
	r := &Reader{rest: text, comma: ",", line: 1}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	for _, s := range []string{"\t", ";", "，"} {
		if bytes.Count(first, []byte(s)) > bytes.Count(first, []byte(r.comma)) {
			r.comma = s
		}
	}
	return r
}

// Line is the line on which the row begins that Read gave last, from 1.
func (r *Reader) Line() int { return r.begins }

// Read gives the cells of the next row that is not empty; io.EOF after the last one, OpenQuote for one that cannot be told apart from those that follow.
func (r *Reader) Read() ([]string, error) {
	if r.stopped == nil {
		cells, err := r.row()
		if r.stopped = err; err == nil {
			r.width = max(r.width, len(cells))
			return cells, nil
		}
	}
	return nil, r.stopped
}

// Each gives the rows of a table that a person sent to take, the heading first, until take says that it has enough. It is false when some were not read: then take
// knows why, or bad was told. Most is how many rows there may be below the heading.
func Each(text []byte, most int, bad func(line int, what, remedy string), take func(line int, cells []string) bool) bool {
	r := NewReader(text)
	for n := 0; ; n++ {
		cells, err := r.Read()
		open := (*OpenQuote)(nil)
		switch {
		case errors.As(err, &open): // what follows cannot be told apart any more
			bad(open.Line, "这一行有个引号没有合上，从这一行起都没有读", "在表格软件里打开，删掉多余的引号，另存为 CSV 再导入")
			return false
		case err != nil:
			return true
		case n > most:
			bad(0, fmt.Sprintf("行数太多，超过 %d 行", most), "分成几个文件导入")
			return false
		case !take(r.Line(), cells):
			return false
		}
	}
}

func (r *Reader) row() ([]string, error) {
	for len(r.rest) > 0 && r.ends(0) > 0 { // empty lines
		r.rest, r.line = r.rest[r.ends(0):], r.line+1
	}
	if len(r.rest) == 0 {
		return nil, io.EOF
	}
	r.begins = r.line
	var cells []string
	for {
		from := r.line
		cell, err := r.cell()
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
		if r.line > from && (len(cells) > r.width && r.width > 0 || strings.Count(cell, r.comma) >= max(r.width-1, 1)) {
			return nil, &OpenQuote{from} // as much as a row stands in it
		}
		if n := r.ends(0); n > 0 || len(r.rest) == 0 {
			r.rest = r.rest[n:]
			if n > 0 {
				r.line++
			}
			if r.line > r.begins+1 && r.width > 0 && len(cells) > r.width {
				return nil, &OpenQuote{r.begins}
			}
			return cells, nil
		}
		r.rest = r.rest[len(r.comma):]
	}
}

// ends is how long the end of a line is that stands at a place; 0 where none does.
func (r *Reader) ends(at int) int {
	switch tail := r.rest[at:]; {
	case bytes.HasPrefix(tail, []byte("\r\n")):
		return 2
	case bytes.HasPrefix(tail, []byte("\n")):
		return 1
	}
	return 0
}

// cell takes one cell, and leaves what ends it: a separator, the end of the line or of the text.
func (r *Reader) cell() (string, error) {
	if r.comma != "\t" { // an empty cell between tabs is one too
		r.rest = bytes.TrimLeft(r.rest, " \t")
	}
	if !bytes.HasPrefix(r.rest, []byte(`"`)) {
		n := len(r.rest)
		for _, end := range []string{r.comma, "\n"} {
			if i := bytes.Index(r.rest[:n], []byte(end)); i >= 0 {
				n = i
			}
		}
		cell := r.rest[:n]
		if r.rest = r.rest[n:]; bytes.HasSuffix(cell, []byte("\r")) && r.ends(0) == 1 {
			cell = cell[:n-1]
		}
		return string(cell), nil
	}
	opened := r.line
	var cell strings.Builder
	for r.rest = r.rest[1:]; ; {
		i := bytes.IndexByte(r.rest, '"')
		if i < 0 {
			return "", &OpenQuote{opened}
		}
		cell.Write(r.rest[:i])
		r.line += bytes.Count(r.rest[:i], []byte("\n"))
		r.rest = r.rest[i+1:]
		switch {
		case bytes.HasPrefix(r.rest, []byte(`"`)):
			cell.WriteByte('"')
			r.rest = r.rest[1:]
		case len(r.rest) == 0, r.ends(0) > 0, bytes.HasPrefix(r.rest, []byte(r.comma)):
			return strings.ReplaceAll(cell.String(), "\r\n", "\n"), nil
		default:
			return "", &OpenQuote{opened}
		}
	}
}
