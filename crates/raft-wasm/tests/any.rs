//! The same runs give the same digests natively, in Node and in a browser, and the door's errors leave it open.
#![cfg(target_arch = "wasm32")]

use raft_wasm::{Experiment, Hunt, Lab, Opening};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn setup(text: &str) -> tsify::Ts<raft_wasm::Setup> {
    tsify::Ts::new_unchecked(js_sys::JSON::parse(text).expect("the test writes valid JSON"))
}

fn lab(text: &str) -> Lab {
    Lab::open(setup(text)).unwrap_or_else(|_| panic!("{text} opens"))
}

#[wasm_bindgen_test]
fn a_run_plays_to_the_digest_that_was_found_natively() {
    for line in include_str!("../../../tests/parity/digests.txt").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [scenario, time_us, digest] = words[..] else { panic!("a line has three words: {line}") };
        let time: f64 = time_us.parse().expect("the second word is a time");
        let mut straight = lab(&format!("{{\"scenario\":\"{scenario}\"}}"));
        let mut jumping = lab(&format!("{{\"scenario\":\"{scenario}\"}}"));
        go(&mut straight, time);
        assert_eq!(straight.digest(), digest, "{scenario}, straight");
        for share in [0.7, 0.1, 1.0, 0.3, 0.31, 0.9, 1.0] {
            go(&mut jumping, (time * share).floor());
        }
        assert_eq!(jumping.digest(), digest, "{scenario}, after seeks");
        for frames_per_second in [5.0, 30.0, 60.0, 144.0] {
            let mut framed = lab(&format!("{{\"scenario\":\"{scenario}\"}}"));
            let mut at = 0.0;
            while at < time {
                at = f64::min(at + 1e6 / frames_per_second, time);
                go(&mut framed, at.floor());
            }
            go(&mut framed, time);
            assert_eq!(framed.digest(), digest, "{scenario} at {frames_per_second} frames a second");
        }
    }
}

/// Plays on over violations, as the native side does.
fn go(lab: &mut Lab, time: f64) {
    loop {
        assert!(lab.seek(time, 1e9).is_ok());
        if lab.time_us() >= time {
            return;
        }
        lab.go_on();
    }
}

#[wasm_bindgen_test]
fn a_wrong_argument_is_refused_and_the_lab_goes_on() {
    assert!(Lab::open(setup("{\"servers\":\"many\"}")).is_err());
    assert!(Lab::open(setup("{\"seed\":\"x\"}")).is_err());
    assert!(Lab::open(setup("{\"scenario\":\"nothing\"}")).is_err());
    assert!(Lab::open(setup("{\"servers\":102}")).is_err());
    let mut lab = lab("{}");
    let before = lab.digest();
    assert!(lab.apply("crash S9").is_err());
    assert!(lab.apply("").is_err());
    assert!(lab.run_until("never", 10.0).is_err());
    assert!(lab.server(0).is_err());
    assert_eq!(lab.digest(), before);
    assert!(lab.apply("crash S1").is_ok());
}

#[wasm_bindgen_test]
fn a_link_opens_in_the_same_state() {
    let mut lab = lab("{\"scenario\":\"playground\",\"servers\":7,\"seed\":\"0\"}");
    go(&mut lab, 900_000.0);
    assert!(lab.apply("request k=v to S3").is_ok());
    go(&mut lab, 1_000_000.0);
    let mut opening = Opening::begin(&lab.link()).unwrap_or_else(|_| panic!("its own link opens"));
    while !opening.play(100.0).unwrap_or_else(|_| panic!("its own link plays")) {}
    let opened = opening.lab();
    assert_eq!((opened.digest(), opened.time_us()), (lab.digest(), lab.time_us()));
    assert!(Opening::begin("nonsense").is_err());
}

#[wasm_bindgen_test]
fn the_frame_has_the_size_that_its_header_tells() {
    let mut lab = lab("{\"scenario\":\"leader-crash\"}");
    go(&mut lab, 400_000.0);
    let frame = lab.frame().to_vec();
    let layout: JsValue = raft_wasm::frame_layout().unwrap_or_else(|_| panic!("the layout crosses"));
    let size = |name: &str| {
        js_sys::Reflect::get(&layout, &name.into()).ok().and_then(|size| size.as_f64()).expect("a size is a number")
    };
    assert_eq!(frame.len() as f64, size("header") + frame[1] * size("server") + frame[2] * size("message"));
    assert!(js_sys::Reflect::get(&layout, &"kinds".into()).is_ok_and(|kinds| kinds.is_instance_of::<js_sys::Array>()));
}

#[wasm_bindgen_test]
fn a_hunt_finds_in_slices_what_one_rule_is_for_and_its_run_opens() {
    let begin = |rule: &str| Hunt::begin(vec![rule.into()], vec![], None, None, None, 0.0, 1_000.0);
    assert!(begin("majorty").is_err());
    let mut hunt = begin("stable-log").unwrap_or_else(|_| panic!("the rule is known"));
    let of = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).expect("it is an object");
    let mut slices = 0;
    while !of(&hunt.advance(20_000.0).unwrap_or_default(), "done").is_truthy() {
        slices += 1;
    }
    assert!(slices > 1);
    let result = hunt.result().unwrap_or_default();
    assert_eq!(of(&result, "property").as_string().as_deref(), Some("committed-is-durable"));
    let run = of(&result, "run").as_string().expect("a text");
    let mut opening = Opening::begin(&run).unwrap_or_else(|_| panic!("{run}"));
    while !opening.play(1_000.0).unwrap_or_else(|_| panic!("{run}")) {}
    let mut lab = opening.lab();
    let before = js_sys::Array::from(&lab.violations().unwrap_or_default()).length();
    lab.step();
    assert_eq!((before, js_sys::Array::from(&lab.violations().unwrap_or_default()).length()), (0, 1));
}

/// The figures of a few trials of every experiment, as `tests/parity/measures.txt` has them from the native side.
#[wasm_bindgen_test]
fn experiments_come_to_the_digits_that_were_found_natively() {
    for line in include_str!("../../../tests/parity/measures.txt").lines() {
        let (name, values) = line.split_once(": ").expect("a line names its experiment");
        let experiment = Experiment::begin(name, vec![], Some(3), "1").unwrap_or_else(|_| panic!("{name} begins"));
        let played: Vec<String> = (0..2)
            .flat_map(|curve| experiment.play(curve, 0, 3).unwrap_or_else(|_| panic!("{name} plays")))
            .map(|value| if value.is_nan() { "-".into() } else { format!("{value}") })
            .collect();
        assert_eq!(played.join(" "), values, "{name}");
    }
}

#[wasm_bindgen_test]
fn an_experiment_that_cannot_be_is_refused_and_what_there_is_stays_usable() {
    assert!(Experiment::begin("figure-17", vec![], None, "1").is_err());
    assert!(Experiment::begin("wan", vec!["latency".into()], None, "1").is_err());
    assert!(Experiment::begin("wan", vec![], Some(0), "1").is_err());
    let experiment = Experiment::begin("transfer", vec!["latency=2ms".into()], Some(5), "1").expect("it begins");
    assert!(experiment.play(9, 0, 1).is_err() && experiment.trial(9, 0).is_err());
    let values = experiment.play(0, 0, 50).expect("it plays as many as there are");
    assert_eq!(values.len(), 5);
    assert!(experiment.csv(values, vec![5, 0]).expect("it sums up").contains("transfer,leader,us,5,5,"));
    assert!(experiment.trial(0, 4).expect("it opens").starts_with("raft-lab run 1"));
}

/// Everything that the page reads is read at many moments of every built-in run: a server that does not belong to the
/// cluster, an empty log or a snapshot must not surprise the door.
#[wasm_bindgen_test]
fn every_built_in_run_can_be_looked_at_at_any_moment() {
    for (name, _) in raft_sim::scenario::BUILT_IN {
        let mut lab = lab(&format!("{{\"scenario\":\"{name}\"}}"));
        for moment in 1..=30 {
            go(&mut lab, f64::from(moment) * 50_000.0);
            let seen = [
                lab.settings().is_ok(),
                lab.story().is_ok(),
                lab.tape().is_ok(),
                lab.logs(1, 40).is_ok(),
                lab.feed(40, vec![]).is_ok(),
                lab.frame().length() > 0,
                !lab.describe().is_empty(),
            ];
            assert_eq!(seen, [true; 7], "{name} at {moment}");
            // One that is not there is refused, which is an answer as well.
            (1..=9).for_each(|id| drop(lab.server(id)));
        }
    }
}
