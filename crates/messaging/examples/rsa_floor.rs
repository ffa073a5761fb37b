//! Prints how many RSA-2048 signatures a second the crypto library makes on all cores: the floor under
//! the figures of signed campaigns.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use std::time::{Duration, Instant};

fn signatures(for_time: Duration) -> u64 {
    let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let (random, mut out, mut count) = (SystemRandom::new(), vec![0; key.public_modulus_len()], 0);
    let began = Instant::now();
    while began.elapsed() < for_time {
        key.sign(&RSA_PKCS1_SHA256, &random, b"what DKIM signs is a few hundred bytes of headers", &mut out)
            .expect("a signature");
        count += 1;
    }
    count
}

fn main() {
    let time = Duration::from_secs(3);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads: Vec<_> = (0..cores).map(|_| std::thread::spawn(move || signatures(time))).collect();
    let total: u64 = threads.into_iter().map(|t| t.join().expect("a thread ends")).sum();
    println!("{:.0}", total as f64 / time.as_secs_f64());
}
