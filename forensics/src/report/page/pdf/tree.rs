//! What each piece of a page is (ISO 32000-1, section 14.7): programs that read aloud,
//! search or convert go by this tree, not by where letters stand.
//!
//! A node has either nodes below it or text and pictures on sheets, never both.

use pdf_writer::types::{ListNumbering, StructRole, TableHeaderScope};
use pdf_writer::{Finish as _, Name, Pdf, Rect, Ref, TextStr};

/// A node of the tree. Nodes are numbered in the order in which they are read.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Element(usize);

#[derive(Debug)]
struct Node {
    kind: Kind,
    parent: Option<Element>,
    below: Vec<Element>,
    /// Marked pieces of sheets.
    marked: Vec<(usize, i32)>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Plain(StructRole),
    /// A list whose items have labels.
    List(ListNumbering),
    /// A head of a table.
    Head(TableHeaderScope),
    /// A picture: what it shows in words, and where it is.
    Picture {
        text: String,
        bounds: [f32; 4],
    },
}

#[derive(Debug)]
pub(super) struct Tree(Vec<Node>);

impl Tree {
    /// The root of every tree.
    pub(super) const DOCUMENT: Element = Element(0);

    pub(super) fn new() -> Self {
        Self(vec![Node {
            kind: Kind::Plain(StructRole::Document),
            parent: None,
            below: Vec::new(),
            marked: Vec::new(),
        }])
    }

    pub(super) fn add(&mut self, parent: Element, kind: Kind) -> Element {
        let element = Element(self.0.len());
        if let Some(node) = self.0.get_mut(parent.0) {
            node.below.push(element);
        }
        self.0.push(Node {
            kind,
            parent: Some(parent),
            below: Vec::new(),
            marked: Vec::new(),
        });
        element
    }

    pub(super) fn role(&self, element: Element) -> StructRole {
        match self.0.get(element.0).map(|node| &node.kind) {
            Some(Kind::Plain(role)) => *role,
            Some(Kind::List(_)) => StructRole::L,
            Some(Kind::Head(_)) => StructRole::TH,
            Some(Kind::Picture { .. }) => StructRole::Figure,
            None => StructRole::NonStruct,
        }
    }

    /// A piece of a sheet belongs to a node.
    pub(super) fn mark(&mut self, element: Element, sheet: usize, number: i32) {
        if let Some(node) = self.0.get_mut(element.0) {
            node.marked.push((sheet, number));
        }
    }

    /// Where a picture came to stand.
    pub(super) fn place(&mut self, element: Element, found: [f32; 4]) {
        if let Some(Kind::Picture { bounds, .. }) =
            self.0.get_mut(element.0).map(|node| &mut node.kind)
        {
            *bounds = found;
        }
    }

    /// Writes the tree; the root goes into the catalog by its number. `marks` has, for
    /// each sheet, the node of each marked piece of it.
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        root: Ref,
        next: &mut impl FnMut() -> Ref,
        sheets: &[Ref],
        marks: &[Vec<Element>],
    ) {
        let refs: Vec<Ref> = self.0.iter().map(|_| next()).collect();
        let of = |element: &Element| refs.get(element.0).copied().unwrap_or(root);
        let parents = next();

        pdf.indirect(root)
            .dict()
            .pair(Name(b"Type"), Name(b"StructTreeRoot"))
            .pair(Name(b"K"), of(&Self::DOCUMENT))
            .pair(Name(b"ParentTree"), parents)
            .pair(
                Name(b"ParentTreeNextKey"),
                i32::try_from(sheets.len()).unwrap_or(i32::MAX),
            );
        let lists: Vec<Ref> = marks.iter().map(|_| next()).collect();
        let mut tree = pdf.number_tree::<Ref>(parents);
        let mut numbers = tree.nums();
        for (key, list) in (0..).zip(&lists) {
            numbers.insert(key, *list);
        }
        numbers.finish();
        tree.finish();
        for (list, elements) in lists.iter().zip(marks) {
            pdf.indirect(*list).array().items(elements.iter().map(of));
        }

        for (node, id) in self.0.iter().zip(&refs) {
            let mut writer = pdf.struct_element(*id);
            writer.parent(node.parent.as_ref().map_or(root, of));
            match &node.kind {
                Kind::Plain(role) => writer.kind(*role),
                Kind::List(_) => writer.kind(StructRole::L),
                Kind::Head(_) => writer.kind(StructRole::TH),
                Kind::Picture { text, .. } => writer.kind(StructRole::Figure).alt(TextStr(text)),
            };
            match &node.kind {
                Kind::Plain(_) => {}
                Kind::List(numbering) => {
                    writer.attributes().push().list().list_numbering(*numbering);
                }
                Kind::Head(scope) => {
                    writer.attributes().push().table().scope(*scope);
                }
                Kind::Picture { bounds, .. } => {
                    let [left, bottom, right, top] = *bounds;
                    let bounds = Rect::new(left, bottom, right, top);
                    writer.attributes().push().layout().bbox(bounds);
                }
            }
            let mut children = writer.children();
            for element in &node.below {
                children.struct_element(of(element));
            }
            for (sheet, number) in &node.marked {
                if let Some(page) = sheets.get(*sheet) {
                    children
                        .marked_content_ref()
                        .page(*page)
                        .marked_content_id(*number);
                }
            }
        }
    }
}
