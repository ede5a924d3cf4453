// This file is empty: with it the compiler lets wasm.go declare a function whose body is elsewhere.
