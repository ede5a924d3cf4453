// Package blur makes parts of a picture unreadable for good, and says where a face or a number plate may be. It owns nothing: pictures in, pictures out.
package blur

// Box is a part of a picture, in its pixels.
type Box struct{ X, Y, W, H int }
