;; Weighted sums of rows and of columns in double precision, two numbers at a time (see resample.ts). `npm run assemble` makes weigh.wasm of it.
;; Every sum is taken in the order of its terms, so that the numbers are those that plain code gives. Addresses are bytes of the memory.
(module
  (memory (export "memory") 16)

  ;; to[i] = sum over t of weights[t] * rows[t][i], for i below count, a multiple of 8. rows: addresses (32 bit) of doubles.
  (func (export "sumRows") (param $rows i32) (param $weights i32) (param $taps i32) (param $count i32) (param $to i32)
    (local $tap i32) (local $offset i32) (local $end i32) (local $row i32) (local $weight v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 3)))
    (loop $columns
      (local.set $a (v128.const f64x2 0 0))
      (local.set $b (v128.const f64x2 0 0))
      (local.set $c (v128.const f64x2 0 0))
      (local.set $d (v128.const f64x2 0 0))
      (local.set $tap (i32.const 0))
      (loop $terms
        (local.set $row
          (i32.add
            (i32.load (i32.add (local.get $rows) (i32.shl (local.get $tap) (i32.const 2))))
            (local.get $offset)))
        (local.set $weight
          (v128.load64_splat (i32.add (local.get $weights) (i32.shl (local.get $tap) (i32.const 3)))))
        (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $weight) (v128.load (local.get $row)))))
        (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $weight) (v128.load offset=16 (local.get $row)))))
        (local.set $c (f64x2.add (local.get $c) (f64x2.mul (local.get $weight) (v128.load offset=32 (local.get $row)))))
        (local.set $d (f64x2.add (local.get $d) (f64x2.mul (local.get $weight) (v128.load offset=48 (local.get $row)))))
        (local.set $tap (i32.add (local.get $tap) (i32.const 1)))
        (br_if $terms (i32.lt_u (local.get $tap) (local.get $taps))))
      (v128.store (i32.add (local.get $to) (local.get $offset)) (local.get $a))
      (v128.store offset=16 (i32.add (local.get $to) (local.get $offset)) (local.get $b))
      (v128.store offset=32 (i32.add (local.get $to) (local.get $offset)) (local.get $c))
      (v128.store offset=48 (i32.add (local.get $to) (local.get $offset)) (local.get $d))
      (local.set $offset (i32.add (local.get $offset) (i32.const 64)))
      (br_if $columns (i32.lt_u (local.get $offset) (local.get $end)))))

  ;; For x below size: red, green, blue = sum over t of weights[x * taps + t] * the pixel at address starts[x] + 24 t (three
  ;; doubles); rounded half up, clamped to 0..255, written as bytes.
  (func (export "sumColumns") (param $starts i32) (param $weights i32) (param $taps i32) (param $size i32) (param $to i32)
    (local $x i32) (local $tap i32) (local $pixel i32) (local $weight v128) (local $redGreen v128) (local $blue v128)
    (loop $results
      (local.set $pixel (i32.load (i32.add (local.get $starts) (i32.shl (local.get $x) (i32.const 2)))))
      (local.set $redGreen (v128.const f64x2 0 0))
      (local.set $blue (v128.const f64x2 0 0))
      (local.set $tap (i32.const 0))
      (loop $terms
        (local.set $weight (v128.load64_splat (local.get $weights)))
        (local.set $redGreen
          (f64x2.add (local.get $redGreen) (f64x2.mul (local.get $weight) (v128.load (local.get $pixel)))))
        (local.set $blue
          (f64x2.add (local.get $blue) (f64x2.mul (local.get $weight) (v128.load64_zero offset=16 (local.get $pixel)))))
        (local.set $pixel (i32.add (local.get $pixel) (i32.const 24)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
        (local.set $tap (i32.add (local.get $tap) (i32.const 1)))
        (br_if $terms (i32.lt_u (local.get $tap) (local.get $taps))))
      (local.set $redGreen (call $toBytes (local.get $redGreen)))
      (i32.store8 (local.get $to) (i32x4.extract_lane 0 (local.get $redGreen)))
      (i32.store8 offset=1 (local.get $to) (i32x4.extract_lane 1 (local.get $redGreen)))
      (i32.store8 offset=2 (local.get $to) (i32x4.extract_lane 0 (call $toBytes (local.get $blue))))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (local.set $x (i32.add (local.get $x) (i32.const 1)))
      (br_if $results (i32.lt_u (local.get $x) (local.get $size)))))

  (func $toBytes (param $values v128) (result v128)
    (i32x4.trunc_sat_f64x2_u_zero
      (f64x2.min (v128.const f64x2 255 255)
        (f64x2.floor (f64x2.add (local.get $values) (v128.const f64x2 0.5 0.5)))))))
