//! The `wasm-pack` command.

use clap::Parser;

fn main() {
    env_logger::init();
    let args = wasm_pack::Cli::parse();
    wasm_pack::PBAR.set_log_level(args.log_level);
    wasm_pack::PBAR.set_quiet(args.quiet);
    if let Err(error) = wasm_pack::command::run_wasm_pack(args.cmd) {
        eprintln!("Error: {error:?}");
        std::process::exit(1);
    }
}
