use std::process::ExitCode;

fn main() -> ExitCode {
    bigdecoder::cli::run()
}
