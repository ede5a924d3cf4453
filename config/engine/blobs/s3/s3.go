// Package s3 keeps evidence bytes in a bucket of any S3 server: MinIO, a cloud, a gateway.
// It owns the bucket that it is given and knows nothing of what the bytes are.
package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"qianshao/config/engine/blobs"
)

const (
	// partSize is the length of a part of a multipart upload in bytes: the least that S3 allows.
	partSize = 5 << 20
	// tries bounds how often a request is sent; each try waits longer. The caller's context ends it earlier.
	tries = 4
	// stale is the age at which an unfinished multipart upload is nobody's any more.
	stale = 24 * time.Hour
	// pingKey cannot be an object's key, which has no capital letters.
	pingKey = "PING"
)

type store struct {
	core   minio.Core
	bucket string
}

// Open connects to http(s)://ACCESS:SECRET@host:port/bucket?region=, makes the bucket when it is missing, and aborts multipart uploads that a crash left
// unfinished for more than a day. An error never repeats the address, which holds the secret.
func Open(ctx context.Context, address string) (blobs.Store, error) {
	s, region, err := parse(address)
	if err != nil {
		return nil, fmt.Errorf("s3: %w", err)
	}
	if err := s.makeBucket(ctx, region); err != nil {
		return nil, fmt.Errorf("s3: open bucket: %w", err)
	}
	if err := s.abortStale(ctx); err != nil {
		return nil, fmt.Errorf("s3: abort stale uploads: %w", err)
	}
	return s, nil
}

func parse(address string) (*store, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", errors.New("the address cannot be read: escape special characters of the secret with %XX")
	}
	secret, _ := u.User.Password()
	bucket := strings.Trim(u.Path, "/")
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || secret == "" || bucket == "" || strings.Contains(bucket, "/") {
		return nil, "", errors.New("the address must read http(s)://ACCESS:SECRET@host:port/bucket")
	}
	region := u.Query().Get("region")
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds:           credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure:          u.Scheme == "https",
		Region:          region,
		TrailingHeaders: true, // the checksum travels behind the body
		MaxRetries:      tries,
	})
	if err != nil {
		return nil, "", err
	}
	return &store{core: *core, bucket: bucket}, region, nil
}

func (s *store) makeBucket(ctx context.Context, region string) error {
	there, err := s.core.BucketExists(ctx, s.bucket)
	if err != nil || there {
		return err
	}
	err = s.core.MakeBucket(ctx, s.bucket, minio.MakeBucketOptions{Region: region})
	if minio.ToErrorResponse(err).Code == "BucketAlreadyOwnedByYou" {
		return nil // another process was quicker
	}
	return err
}

// abortStale frees the space of uploads whose process died. Those of a day's work may be alive in another process.
func (s *store) abortStale(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing when it is left early
	for u := range s.core.ListIncompleteUploads(ctx, s.bucket, "", true) {
		if u.Err != nil {
			return u.Err
		}
		if time.Since(u.Initiated) < stale {
			continue
		}
		if err := s.core.AbortMultipartUpload(ctx, s.bucket, u.Key, u.UploadID); err != nil {
			return err
		}
	}
	return nil
}

// Put implements blobs.Store. The body is taken in wholly before anything is sent: a cut upload then never reaches the server, a slow one holds no
// connection to it, and the length is known, so that minio-go needs no part buffers and can repeat what failed.
func (s *store) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if err := errors.Join(ctx.Err(), blobs.CheckKey(key)); err != nil {
		return 0, err
	}
	b, err := take(blobs.Reader(ctx, r))
	if err != nil {
		return 0, fmt.Errorf("s3: put %s: %w", key, err)
	}
	_, err = s.core.Client.PutObject(ctx, s.bucket, key, b.reader, b.size, minio.PutObjectOptions{
		ContentType: "application/octet-stream",
		Checksum:    minio.ChecksumCRC32C,
		PartSize:    partSize,
		NumThreads:  2,
	})
	if err = errors.Join(full(err), b.close()); err != nil {
		return 0, fmt.Errorf("s3: put %s: %w", key, err)
	}
	return b.size, nil
}

// Get implements blobs.Store.
func (s *store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	body, _, err := s.get(ctx, key, minio.GetObjectOptions{})
	return body, err
}

func (s *store) get(ctx context.Context, key string, o minio.GetObjectOptions) (io.ReadCloser, int64, error) {
	if err := errors.Join(ctx.Err(), blobs.CheckKey(key)); err != nil {
		return nil, 0, err
	}
	body, info, _, err := s.core.GetObject(ctx, s.bucket, key, o)
	if answer := minio.ToErrorResponse(err); answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket {
		return nil, 0, fmt.Errorf("s3: get %s: %w", key, blobs.ErrNotFound)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("s3: get %s: %w", key, err)
	}
	return body, info.Size, nil
}

// Delete implements blobs.Store; S3 itself does not mind a missing object.
func (s *store) Delete(ctx context.Context, key string) error {
	if err := errors.Join(ctx.Err(), blobs.CheckKey(key)); err != nil {
		return err
	}
	if err := s.core.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("s3: delete %s: %w", key, err)
	}
	return nil
}

// List implements blobs.Store.
func (s *store) List(ctx context.Context, prefix string) iter.Seq2[blobs.Object, error] {
	return func(yield func(blobs.Object, error) bool) {
		if err := errors.Join(ctx.Err(), blobs.CheckPrefix(prefix)); err != nil {
			yield(blobs.Object{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // ends the listing when the caller leaves early
		for o := range s.core.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if o.Err != nil {
				yield(blobs.Object{}, fmt.Errorf("s3: list: %w", o.Err))
				return
			}
			if o.Key == pingKey {
				continue
			}
			if !yield(blobs.Object{Key: o.Key, Size: o.Size, Time: o.LastModified}, nil) {
				return
			}
		}
	}
}

// Ping implements blobs.Store: it writes a small object and removes it.
func (s *store) Ping(ctx context.Context) error {
	_, err := s.core.Client.PutObject(ctx, s.bucket, pingKey, strings.NewReader("ping"), 4, minio.PutObjectOptions{})
	if err == nil {
		err = s.core.RemoveObject(ctx, s.bucket, pingKey, minio.RemoveObjectOptions{})
	}
	if err != nil {
		return fmt.Errorf("s3: ping: %w", full(err))
	}
	return nil
}

// full marks the answer of a server that has no room: 507, and what MinIO and others call it.
func full(err error) error {
	answer := minio.ToErrorResponse(err)
	if answer.StatusCode == http.StatusInsufficientStorage || answer.Code == "XMinioStorageFull" || answer.Code == "QuotaExceeded" {
		return errors.Join(blobs.ErrFull, err)
	}
	return err
}

// Name implements blobs.Store.
func (s *store) Name() string { return "s3" }

// Close implements blobs.Store; there is nothing to close but idle connections, which end by themselves.
func (s *store) Close() error { return nil }
