//! `deduction …`: groups, schedules, what is due and what goes out.

use super::run::House;

#[test]
fn a_group_is_opened_and_its_schedule_kept_at_the_machine() {
    // R004-58, R004-110
    for house in House::both("cli-deduction") {
        house
            .feed(
                "Abcd-123",
                "contract add 15000001 --name 組合 --kind member --service rokin --service ledger",
            )
            .good();
        assert!(house.run("deduction groups").good().contains("no groups"));
        house.run("deduction groups 15000009").refused("no contract 15000009");
        let add = "deduction group add 15000001 16000004 --name 本部 --kana ホンブ";
        house
            .run("deduction group add 15000001 1600 --name 本部 --kana ホンブ")
            .refused("eight digits");
        house.run(&format!("{add} --services zaikei")).refused("no service of groups");
        house.run(&format!("{add} --services bulk_saving")).refused("not all in the contract");
        house.run(add).good();
        house.run(add).refused("already");
        let set = house.json("deduction group set 15000001 16000004 --digits 7");
        assert_eq!((&set["digits"], &set["kana_limit"]), (&7.into(), &20.into()));
        let groups = house.json("deduction groups 15000001");
        assert_eq!(groups[0]["name"], "本部");
        house.run("deduction schedule 15000001 16000005").refused("no group 16000005");
        let schedule = house.json("deduction schedule 15000001 16000004");
        let periods = schedule.as_array().expect("a list");
        assert_eq!(periods.len(), 3);
        assert!(periods.iter().all(|period| period["state"] == "entering"));
        let id = periods[0]["period"].as_str().expect("an id");
        let pay = periods[0]["pay_on"].as_str().expect("a day");
        let moved = house.json(&format!("deduction period move {id} --close {pay}"));
        assert_eq!(moved["close_on"], pay);
        house
            .run(&format!("deduction period move {id} --close 2020-01-01"))
            .refused("over already");
        house.run("deduction period move nothing --close 2097-01-01").refused("no period");
        house.run("deduction period add 15000001 16000004 --kind monthly --month 2097-01 --close 2097-01-10 --pay 2097-01-25").refused("open already");
        house.run("deduction period add 15000001 16000004 --kind daily --month 2097-01 --close 2097-01-10 --pay 2097-01-25").misused();
        assert!(house.run("deduction close").good().contains("nothing was due"));
        house
            .run(&format!("deduction request {id} --out request.csv"))
            .refused("nothing was requested yet");
        house.run(&format!("deduction send {id}")).refused("not confirmed");
    }
}
