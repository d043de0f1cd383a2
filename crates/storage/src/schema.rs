//! The tables as diesel sees them: one schema for both databases. Ids and instants in their portable types.

use crate::sql_types::Uuid16;

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    test_clock (id) {
        id -> Integer,
        offset_ms -> BigInt,
        frozen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    realms (id) {
        id -> Uuid16,
        name -> Text,
        settings -> Text,
        stamp -> BigInt,
        not_before_at -> BigInt,
        ended_if_used_before_at -> BigInt,
        ended_if_started_before_at -> BigInt,
        online_ended_before_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    realm_keys (kid) {
        kid -> Text,
        realm_id -> Uuid16,
        purpose -> Text,
        algorithm -> Text,
        state -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        retires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    clients (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        client_id -> Text,
        settings -> Text,
        sealed_secret -> Nullable<Binary>,
        not_before_at -> BigInt,
        ended_if_used_before_at -> BigInt,
        ended_if_started_before_at -> BigInt,
        online_ended_before_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    client_scopes (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        name -> Text,
        settings -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    client_scope_links (client_id, scope_id) {
        client_id -> Uuid16,
        scope_id -> Uuid16,
        kind -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    roles (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        client_id -> Nullable<Uuid16>,
        name -> Text,
        description -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    role_composites (role_id, included_id) {
        role_id -> Uuid16,
        included_id -> Uuid16,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    client_scope_mappings (client_id, role_id) {
        client_id -> Uuid16,
        role_id -> Uuid16,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    scope_role_mappings (scope_id, role_id) {
        scope_id -> Uuid16,
        role_id -> Uuid16,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    users (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        username -> Text,
        email -> Nullable<Text>,
        email_verified -> Bool,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        enabled -> Bool,
        locale -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        not_before_at -> BigInt,
        ended_if_used_before_at -> BigInt,
        ended_if_started_before_at -> BigInt,
        created_at -> BigInt,
        service_account_of -> Nullable<Uuid16>,
        online_ended_before_at -> BigInt,
        attributes -> Nullable<Text>,
        required_actions -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    user_roles (user_id, role_id) {
        user_id -> Uuid16,
        role_id -> Uuid16,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    consents (user_id, client_id) {
        user_id -> Uuid16,
        client_id -> Uuid16,
        scope -> Text,
        chosen_end_s -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    user_sessions (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        user_id -> Uuid16,
        secret_hash -> Nullable<Binary>,
        auth_at -> BigInt,
        started_at -> BigInt,
        last_used_at -> BigInt,
        ip -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    grants (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        client_id -> Uuid16,
        user_id -> Uuid16,
        offline -> Bool,
        online_session_id -> Nullable<Uuid16>,
        began_in_session_id -> Nullable<Uuid16>,
        scope -> Text,
        resources -> Nullable<Text>,
        grant_type -> SmallInt,
        began_ip -> Text,
        began_agent -> Text,
        started_at -> BigInt,
        auth_at -> BigInt,
        last_used_at -> BigInt,
        last_ip -> Nullable<Text>,
        last_agent -> Nullable<Text>,
        generation -> BigInt,
        stamped_at -> BigInt,
        proven -> Bool,
        replays -> Integer,
        foreign_run -> SmallInt,
        foreign_generation -> Nullable<BigInt>,
        key_id -> Text,
        access_epoch -> Integer,
        chosen_end_at -> Nullable<BigInt>,
        paused_at -> Nullable<BigInt>,
        device_label -> Nullable<Text>,
        sender_key -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    authorization_requests (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        binding_hash -> Binary,
        content -> Text,
        signed_in_as -> Nullable<Uuid16>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    devices (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        client_id -> Uuid16,
        code_hash -> Binary,
        user_code_hash -> Binary,
        request -> Text,
        state -> Text,
        approval -> Nullable<Text>,
        interval_s -> BigInt,
        polled_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        granted_at -> Nullable<BigInt>,
        granted_by -> Nullable<Uuid16>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    used_assertions (hash) {
        hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    client_registrations (client_id) {
        client_id -> Uuid16,
        realm_id -> Uuid16,
        token_hash -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    initial_access (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        token_hash -> Binary,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        count -> BigInt,
        remaining -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    #[sql_name = "guesses"]
    allowances (realm_id, place) {
        realm_id -> Uuid16,
        place -> Text,
        count -> BigInt,
        ends_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    login_failures (realm_id, name_hash) {
        realm_id -> Uuid16,
        name_hash -> Binary,
        count -> BigInt,
        failed_at -> BigInt,
        failed_from -> Text,
        blocked_until -> BigInt,
        forget_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    action_links (token_hash) {
        token_hash -> Binary,
        realm_id -> Uuid16,
        user_id -> Uuid16,
        content -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    pushed_requests (reference_hash) {
        reference_hash -> Binary,
        realm_id -> Uuid16,
        client_id -> Uuid16,
        params -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    authorization_codes (code_hash) {
        code_hash -> Binary,
        realm_id -> Uuid16,
        grant_id -> Uuid16,
        content -> Text,
        expires_at -> BigInt,
        redeemed_at -> Nullable<BigInt>,
        user_id -> Nullable<Uuid16>,
        client_id -> Nullable<Uuid16>,
        issued_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    denied_tokens (jti) {
        jti -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    console_sessions (secret_hash) {
        secret_hash -> Binary,
        kind -> Text,
        realm_id -> Uuid16,
        user_id -> Uuid16,
        grant_id -> Uuid16,
        created_at -> BigInt,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    outbox (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        kind -> Text,
        lane_id -> Uuid16,
        topic -> Text,
        payload -> Text,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> Integer,
        attempted_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        delivered -> Bool,
        answer_code -> Nullable<Integer>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    webhooks (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        settings -> Text,
        sealed_secret -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    session_notices (grant_id, kind) {
        grant_id -> Uuid16,
        kind -> Text,
        for_at -> BigInt,
        noticed_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    muted_users (user_id) {
        user_id -> Uuid16,
        muted_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    events (id) {
        realm_id -> Uuid16,
        id -> Uuid16,
        #[sql_name = "type"]
        event_type -> Text,
        client_id -> Nullable<Text>,
        user_id -> Nullable<Uuid16>,
        session_id -> Nullable<Uuid16>,
        grant_id -> Nullable<Uuid16>,
        ip -> Nullable<Text>,
        error -> Nullable<Text>,
        details -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    admin_events (id) {
        realm_id -> Uuid16,
        id -> Uuid16,
        auth_realm -> Text,
        auth_user_id -> Uuid16,
        auth_client_id -> Text,
        auth_ip -> Text,
        operation -> Text,
        resource_type -> Text,
        resource_path -> Text,
        representation -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    ending_jobs (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        client_id -> Nullable<Uuid16>,
        user_id -> Nullable<Uuid16>,
        online -> Bool,
        offline -> Bool,
        sessions -> Bool,
        started_before_at -> BigInt,
        next_at -> BigInt,
        lapsed -> Bool,
        after_id -> Nullable<Uuid16>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    bulk_endings (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        filter -> Text,
        actor -> Text,
        asked_at -> BigInt,
        next_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    test_clock,
    realms,
    realm_keys,
    clients,
    client_scopes,
    client_scope_links,
    roles,
    role_composites,
    client_scope_mappings,
    scope_role_mappings,
    users,
    user_roles,
    consents,
    user_sessions,
    grants,
    authorization_requests,
    authorization_codes,
    denied_tokens,
    console_sessions,
    outbox,
    webhooks,
    session_notices,
    muted_users,
    events,
    admin_events,
    ending_jobs,
);

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    resources (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        uri -> Text,
        settings -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    policy_classes (client_id, resources) {
        client_id -> Uuid16,
        resources -> Text,
        realm_id -> Uuid16,
        ended_if_used_before_at -> BigInt,
        ended_if_started_before_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    dpop_proofs (use_hash) {
        use_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    realm_groups (id) {
        id -> Uuid16,
        realm_id -> Uuid16,
        parent_id -> Nullable<Uuid16>,
        name -> Text,
        settings -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    group_roles (group_id, role_id) {
        group_id -> Uuid16,
        role_id -> Uuid16,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    user_groups (user_id, group_id) {
        user_id -> Uuid16,
        group_id -> Uuid16,
    }
}

diesel::allow_tables_to_appear_in_same_query!(realm_groups, group_roles, user_groups, users);

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    figures (realm_id, span_s, from_at, name) {
        realm_id -> Uuid16,
        span_s -> BigInt,
        from_at -> BigInt,
        name -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    identity_links (user_id, alias) {
        user_id -> Uuid16,
        alias -> Text,
        realm_id -> Uuid16,
        subject -> Text,
        username -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::Uuid16;

    walks (name) {
        name -> Text,
        next_at -> BigInt,
        after_id -> Nullable<Uuid16>,
    }
}
