using Assay.Inference.Models;

namespace Assay.Inference.Tensors;

/// <summary>Rows taken out of tensors, and put together again.</summary>
internal static class TensorRows
{
    /// <summary>How many rows the tensors have; null where their first dimensions differ.</summary>
    public static int? CountOf(IReadOnlyList<NamedTensor> tensors) =>
        tensors is [{ Shape: [> 0 and <= int.MaxValue and var rows, ..] }, ..] && tensors.All(tensor => tensor.Shape.Count > 0 && tensor.Shape[0] == rows) ? (int)rows : null;

    /// <summary>Whether they are of the same names, shapes and bits.</summary>
    public static bool AreSame(IReadOnlyList<NamedTensor> some, IReadOnlyList<NamedTensor> others) => some.Count == others.Count && some.Zip(others).All(pair =>
        pair.First.Name == pair.Second.Name && pair.First.Type == pair.Second.Type && pair.First.Shape.SequenceEqual(pair.Second.Shape) && pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span));

    /// <summary>Some rows of tensors that have so many.</summary>
    public static IReadOnlyList<NamedTensor> Take(IReadOnlyList<NamedTensor> tensors, int count, IReadOnlyList<int> rows) => [.. tensors.Select(tensor =>
    {
        var cells = new CellTensor(tensor, count);
        return Make(tensor, rows.Count, rows.Select(row => (cells, row)));
    })];

    /// <summary>Rows that stand behind each other, of tensors that have so many.</summary>
    public static IReadOnlyList<NamedTensor> Slice(IReadOnlyList<NamedTensor> tensors, int count, int first, int rows) => [.. tensors.Select(tensor =>
    {
        var cells = new CellTensor(tensor, count);
        return new NamedTensor(tensor.Name, tensor.Type, [rows, .. tensor.Shape.Skip(1)], cells.Bytes(first * cells.Width, rows * cells.Width).ToArray());
    })];

    /// <summary>The rows of several calls behind each other, whose inputs are the same otherwise.</summary>
    public static IReadOnlyList<NamedTensor> Join(IReadOnlyList<IReadOnlyList<NamedTensor>> calls, int count) => [.. calls[0].Select((tensor, at) =>
    {
        var bytes = new byte[calls.Sum(call => call[at].Bytes.Length)];
        var place = 0;
        foreach (var call in calls)
        {
            call[at].Bytes.Span.CopyTo(bytes.AsSpan(place));
            place += call[at].Bytes.Length;
        }

        return new NamedTensor(tensor.Name, tensor.Type, [count, .. tensor.Shape.Skip(1)], bytes);
    })];

    /// <summary>Puts answers together of which each is about other rows.</summary>
    /// <param name="answers">Of the same outputs.</param>
    /// <param name="rows">Of each answer, which rows it is about.</param>
    /// <exception cref="ModelFailedException">They don't go together.</exception>
    public static IReadOnlyList<NamedTensor> Merge(IReadOnlyList<IReadOnlyList<NamedTensor>> answers, IReadOnlyList<IReadOnlyList<int>> rows)
    {
        var count = rows.Sum(part => part.Count);
        return [.. answers[0].Select(first =>
        {
            var from = new (CellTensor Cells, int Row)[count];
            for (var part = 0; part < answers.Count; part++)
            {
                var tensor = answers[part].FirstOrDefault(output => output.Name == first.Name);
                if (tensor is null || tensor.Type != first.Type || tensor.Shape.Count == 0 || tensor.Shape[0] != rows[part].Count || !tensor.Shape.Skip(1).SequenceEqual(first.Shape.Skip(1)))
                    throw new ModelFailedException($"'{first.Name}' is answered in different forms for different rows. Send them in separate requests.");
                var cells = new CellTensor(tensor, rows[part].Count);
                for (var at = 0; at < rows[part].Count; at++)
                    from[rows[part][at]] = (cells, at);
            }

            return Make(first, count, from);
        })];
    }

    private static NamedTensor Make(NamedTensor like, int count, IEnumerable<(CellTensor Cells, int Row)> rows)
    {
        using var bytes = new MemoryStream();
        foreach (var (cells, row) in rows)
            bytes.Write(cells.Bytes(row * cells.Width, cells.Width));
        return new(like.Name, like.Type, [count, .. like.Shape.Skip(1)], bytes.ToArray());
    }
}
