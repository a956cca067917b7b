namespace Viaduct.Tests.Packaging;

public sealed class SnippetTests
{
    [Fact]
    public void Code_in_pages_is_the_code_that_is_compiled()
    {
        string[] pages =
        [
            .. Directory.EnumerateFiles(Repository.Root, "*.md"),
            .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories),
        ];

        (string Path, string Code)[] snippets = [.. pages.SelectMany(Snippets.In)];

        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Equal(File.ReadAllText(Repository.PathOf(snippet.Path)), snippet.Code));
    }

    [Fact]
    public void Links_between_pages_lead_to_files_that_exist()
    {
        IEnumerable<string> pages = Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories));

        Assert.All(pages, page => Assert.All(Snippets.LinksOf(page), link => Assert.True(
            Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link)), $"{Path.GetRelativePath(Repository.Root, page)} links to {link}.")));
    }
}
