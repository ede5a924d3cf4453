package frontend

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// static holds the static files as they go over the wire: read, hashed and compressed once at the start.
type static struct {
	hashed map[string]string // "app.css" -> "/static/app.0a1b2c3d4e.css"
	files  map[string]staticFile
	icons  map[string]bool // symbols of icons.svg
	signs  map[string]bool // pictures of signs.svg
}

type staticFile struct {
	kind      string
	raw, zips []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func readStatic() (*static, error) {
	s := &static{hashed: map[string]string{}, files: map[string]staticFile{}, icons: map[string]bool{}, signs: map[string]bool{}}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, fmt.Errorf("frontend: list static files: %w", err)
	}
	for _, e := range entries {
		if err := s.add(e.Name()); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *static) add(name string) error {
	ext := path.Ext(name)
	kind, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("frontend: static/%s: files of this kind are not served", name)
	}
	raw, err := files.ReadFile("static/" + name)
	if err != nil {
		return fmt.Errorf("frontend: read static/%s: %w", name, err)
	}
	zips, err := compress(raw)
	if err != nil {
		return fmt.Errorf("frontend: compress static/%s: %w", name, err)
	}
	sum := sha256.Sum256(raw)
	hashed := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	s.hashed[name] = hashed
	s.files[hashed] = staticFile{kind: kind, raw: raw, zips: zips}
	if known := map[string]map[string]bool{"icons.svg": s.icons, "signs.svg": s.signs}[name]; known != nil {
		for _, m := range symbols.FindAllSubmatch(raw, -1) {
			known[string(m[1])] = true
		}
	}
	return nil
}

var symbols = regexp.MustCompile(`<symbol id="([a-z_]+)"`)

func compress(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// path is the address of a static file, which changes with its content. An unknown name gives an address that is not found.
func (s *static) path(name string) string {
	if hashed, ok := s.hashed[name]; ok {
		return hashed
	}
	return "/static/" + name
}

// Static serves /static/...: the address holds the hash of the content, so a phone keeps a file for as long as it likes.
func (s *Site) Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.static.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		body := f.raw
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body = f.zips
			h.Set("Content-Encoding", "gzip")
		}
		h.Set("Content-Type", f.kind)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		h.Set("Vary", "Accept-Encoding")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodGet {
			//nolint:errcheck // the phone hung up: nobody is left to tell
			w.Write(body)
		}
	})
}
