"""The pages of the web application, as the server gives them out."""
