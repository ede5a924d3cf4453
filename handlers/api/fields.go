package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"qianshao/intake/fault"
)

const fieldsSize = 1 << 20 // of the fields together

// fields reads the fields of a request from its body, where the specification has them, and the jurisdiction from its address, too. What else stands in the
// address is refused: keys and words would be kept by whatever writes addresses down on the way. Of a body in parts it stops at the first file; parts then gives
// that and the rest, which are never held on a disk in the open.
func fields(r *http.Request) (url.Values, *files, error) {
	f := r.URL.Query()
	for name := range f {
		if name != "jurisdiction_id" {
			return nil, nil, fault.New(fault.Invalid, "geo.address")
		}
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, nil, fault.New(fault.Invalid, "geo.body").Because(err)
	}
	switch kind {
	case "", "application/x-www-form-urlencoded", "multipart/form-data":
	default:
		return nil, nil, fault.New(fault.Invalid, "geo.body")
	}
	if kind != "multipart/form-data" {
		raw, err := io.ReadAll(io.LimitReader(r.Body, fieldsSize+1))
		if err != nil || len(raw) > fieldsSize {
			return nil, nil, fault.New(fault.TooLarge, "geo.large").Because(err)
		}
		body, err := url.ParseQuery(string(raw))
		if err != nil {
			return nil, nil, fault.New(fault.Invalid, "geo.body").Because(err)
		}
		for name, values := range body {
			f[name] = append(f[name], values...)
		}
		return f, &files{}, nil
	}
	m, err := r.MultipartReader()
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "geo.body").Because(err)
	}
	left := fieldsSize
	for {
		p, err := m.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return f, &files{}, nil
		case err != nil:
			return nil, nil, fault.New(fault.Invalid, "geo.body").Because(err)
		case p.FileName() != "":
			return f, &files{first: p, rest: m}, nil
		}
		raw, err := io.ReadAll(io.LimitReader(p, int64(left)+1))
		if err != nil || len(raw) > left {
			return nil, nil, fault.New(fault.TooLarge, "geo.large").Because(err)
		}
		left -= len(raw)
		f.Add(p.FormName(), string(raw))
	}
}

// files are the files of a body, as they come.
type files struct {
	first *multipart.Part
	rest  *multipart.Reader
}

// next gives a file; nil after the last one. fault geo.order for a field after a file.
func (f *files) next() (*multipart.Part, error) {
	p := f.first
	if f.first = nil; p == nil && f.rest != nil {
		var err error
		if p, err = f.rest.NextPart(); errors.Is(err, io.EOF) {
			return nil, nil
		} else if err != nil {
			return nil, fault.New(fault.Invalid, "form.broken").Because(err)
		}
	}
	if p != nil && (p.FileName() == "" || p.FormName() != "media") {
		return nil, fault.New(fault.Invalid, "geo.order").On("media")
	}
	return p, nil
}
