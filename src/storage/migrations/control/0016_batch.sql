-- Services as what they are made for: real-time or batch. What a batch task is and how far it has come is in the document.
ALTER TABLE service ADD COLUMN infer_type TEXT NOT NULL DEFAULT 'real-time';
