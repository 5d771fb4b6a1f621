using Assay.Cli.Connections;

namespace Assay.Cli.Quickstart;

/// <summary>The table that the quickstart takes through its stages: the user's file, or a made-up one in a temporary file.</summary>
internal sealed class QuickstartSource : IDisposable
{
    private readonly string? _temporary;

    private QuickstartSource(DataFile file, string name, string label, string? temporary) =>
        (File, Name, Label, _temporary) = (file, name, label, temporary);

    public DataFile File { get; }

    /// <summary>Name of the dataset, the model and the endpoint.</summary>
    public string Name { get; }

    public string Label { get; }

    /// <summary>Whether the rows are made up.</summary>
    public bool IsSynthetic => _temporary is not null;

    public static QuickstartSource Open(QuickstartOptions options)
    {
        if (options.Data is { } path)
        {
            var file = DataFile.Find(path);
            file.Open().Dispose();   // says now, before anything is started, that it can't be read
            return new(file, file.DatasetName, options.Label!, null);
        }

        var temporary = Path.Combine(Path.GetTempPath(), $"assay-{Guid.NewGuid():N}.csv");
        using (var content = System.IO.File.Create(temporary))
            SubscriberTable.Write(content);
        return new(new DataFile(temporary, "csv"), SubscriberTable.Name, SubscriberTable.Label, temporary);
    }

    public void Dispose()
    {
        if (_temporary is not null)
            System.IO.File.Delete(_temporary);
    }
}
