-- Who holds a key whose write is under way: the node, and the request. Who lost it may not answer it.
alter table answers add column holder text;

-- Answers were kept with the secrets in them, tokens and links of invitations.
delete from answers where body like '%"token"%' or body like '%/invite/%';
