"""From a folder's files to the model: everything is read, located in the text and checked here, or not at all."""

from kg_builder.source.folder import Folder, open_folder
from kg_builder.source.text import Text

__all__ = ["Folder", "Text", "open_folder"]
