package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"qianshao/config/engine/blobs"
	"qianshao/config/engine/blobs/blobstest"
	"qianshao/config/engine/blobs/s3"
	"qianshao/config/engine/enginetest"
)

func open(t testing.TB, address string) blobs.Store {
	t.Helper()
	s, err := s3.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) {
	blobstest.Run(t, func(t testing.TB) blobs.Store { return open(t, enginetest.MinIO(t)) })
}

// direct is a plain client for the bucket of address, to look behind the port.
func direct(t *testing.T, address string) (*minio.Core, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	c, err := minio.NewCore(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Scheme == "https"})
	if err != nil {
		t.Fatal(err)
	}
	return c, strings.Trim(u.Path, "/")
}

// TestChecksum: the server keeps a checksum that it verified, for a small object and for one in parts.
func TestChecksum(t *testing.T) {
	t.Parallel()
	address := enginetest.MinIO(t)
	s := open(t, address)
	c, bucket := direct(t, address)
	for _, size := range []int{1000, 12 << 20} {
		key := fmt.Sprint("sized/", size)
		if _, err := s.Put(t.Context(), key, bytes.NewReader(blobstest.Noise(1, size))); err != nil {
			t.Fatal(err)
		}
		info, err := c.StatObject(t.Context(), bucket, key, minio.StatObjectOptions{Checksum: true})
		if err != nil || info.ChecksumCRC32C == "" {
			t.Errorf("object of %d bytes has no checksum: %+v, %v", size, info, err)
		}
		if parts := strings.Contains(info.ETag, "-"); parts != (size > 5<<20) {
			t.Errorf("object of %d bytes in parts: %v", size, parts)
		}
	}
}

// TestBrokenServer: the connection breaks in the middle of a multipart upload; no object and no unfinished upload stays.
func TestBrokenServer(t *testing.T) {
	t.Parallel()
	address := enginetest.MinIO(t)
	open(t, address) // makes the bucket
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(breakPart(u))
	t.Cleanup(proxy.Close)
	broken := *u
	broken.Host = strings.TrimPrefix(proxy.URL, "http://")
	broken.Scheme = "http"
	s := open(t, broken.String())
	if _, err := s.Put(t.Context(), "big", bytes.NewReader(blobstest.Noise(1, 12<<20))); err == nil {
		t.Error("a put over a broken connection succeeded")
	}
	c, bucket := direct(t, address)
	for u := range c.Client.ListIncompleteUploads(t.Context(), bucket, "big", true) {
		t.Errorf("an unfinished upload stays: %+v", u)
	}
	if got := blobstest.Keys(t, open(t, address), ""); len(got) != 0 {
		t.Errorf("there are %v", got)
	}
}

// TestLostBucket: that the whole bucket is gone is not taken for the absence of one object.
func TestLostBucket(t *testing.T) {
	t.Parallel()
	address := enginetest.MinIO(t)
	s := open(t, address)
	c, bucket := direct(t, address)
	if err := c.RemoveBucket(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "any"); err == nil || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
}

// breakPart passes everything on but the second part of an upload. The host that was signed is kept.
func breakPart(to *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.Host = r.In.Host
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("partNumber") == "2" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// TestMemory: 64 uploads of 6 MB at a time must not stand in memory side by side.
func TestMemory(t *testing.T) {
	const uploads, size, limit = 64, 6 << 20, 150 << 20
	s := open(t, enginetest.MinIO(t))
	value := blobstest.Noise(1, size)
	var peak atomic.Uint64
	ctx, stop := context.WithCancel(t.Context())
	var watch sync.WaitGroup
	watch.Go(func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			<-time.After(5 * time.Millisecond)
		}
	})
	var wg sync.WaitGroup
	for i := range uploads {
		wg.Go(func() {
			if _, err := s.Put(t.Context(), fmt.Sprint("m/", i), io.LimitReader(bytes.NewReader(value), size)); err != nil {
				t.Errorf("put: %v", err)
			}
		})
	}
	wg.Wait()
	stop()
	watch.Wait()
	t.Logf("heap peak %d MiB", peak.Load()>>20)
	if peak.Load() > limit {
		t.Errorf("the heap grew to %d MiB", peak.Load()>>20)
	}
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	good, err := url.Parse(enginetest.MinIO(t))
	if err != nil {
		t.Fatal(err)
	}
	wrong := *good
	wrong.User = url.UserPassword(good.User.Username(), "hunter2hunter2")
	for _, address := range []string{
		"", "ftp://a:hunter2@h/b", "http://h/b", "http://a:hunter2@h", "http://a:hunter2@h/b/c", "http://a:hunter2@h:port/b", "http://a:hunter2@h/B!", wrong.String(),
	} {
		_, err := s3.Open(t.Context(), address)
		if err == nil {
			t.Errorf("%q is accepted", address)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error of %q tells the secret: %v", address, err)
		}
	}
}
