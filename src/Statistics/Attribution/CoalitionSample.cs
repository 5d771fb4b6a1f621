namespace Assay.Statistics.Attribution;

/// <summary>The coalitions that <see cref="KernelShap"/> asks for, with the weight of each in its regression.</summary>
/// <param name="Members">Of each coalition a 1 or 0 for every player.</param>
/// <param name="Weights">Of each coalition.</param>
internal sealed record CoalitionSample(List<byte[]> Members, List<double> Weights)
{
    public static CoalitionSample Choose(int players, int budget, int seed)
    {
        var sample = new CoalitionSample([], []);
        var size = 1;
        for (; size <= players / 2; size++)
        {
            var isHalf = 2 * size == players;
            var count = Binomial(players, size) * (isHalf ? 1 : 2);
            if (sample.Members.Count + count > budget)
                break;
            sample.AddAll(players, size, KernelOf(players, size) * (isHalf ? 1 : 2) / count, isHalf);
        }

        if (size <= players / 2 && sample.Members.Count + 2 <= budget)
            sample.Draw(players, size, budget, new Random(seed));
        return sample;
    }

    // What all coalitions of a size weigh together, up to a factor.
    private static double KernelOf(int players, int size) => (players - 1.0) / ((double)size * (players - size));

    private static double Binomial(int players, int size)
    {
        var count = 1.0;
        for (var i = 1; i <= size; i++)
            count = count * (players - size + i) / i;
        return Math.Round(count);
    }

    // In lexicographic order; the complements stand beside them, unless those are of the same size.
    private void AddAll(int players, int size, double weight, bool isHalf)
    {
        int[] chosen = [.. Enumerable.Range(0, size)];
        while (true)
        {
            var members = new byte[players];
            foreach (var player in chosen)
                members[player] = 1;
            Add(members, weight);
            if (!isHalf)
                Add(Complement(members), weight);

            var last = size - 1;
            while (last >= 0 && chosen[last] == players - size + last)
                last--;
            if (last < 0)
                return;
            chosen[last]++;
            for (var i = last + 1; i < size; i++)
                chosen[i] = chosen[i - 1] + 1;
        }
    }

    // The sizes that are left share their weight by how often each coalition was drawn.
    private void Draw(int players, int fromSize, int budget, Random random)
    {
        double[] kernel = [.. Enumerable.Range(fromSize, players / 2 - fromSize + 1)
            .Select(size => KernelOf(players, size) * (2 * size == players ? 1 : 2))];
        var drawn = new Dictionary<string, int>(StringComparer.Ordinal);
        var (first, draws) = (Members.Count, 0);
        for (var tries = 0; Members.Count + 2 <= budget && tries < 4 * budget; tries++)
        {
            var members = Subset(players, fromSize + Pick(kernel, random), random);
            if (!drawn.TryGetValue(Key(members), out var place))
            {
                place = Members.Count;
                Add(members, 0);
                Add(Complement(members), 0);
                drawn[Key(members)] = place;
                drawn[Key(Members[^1])] = place;
            }

            Weights[place]++;
            Weights[place + 1]++;
            draws += 2;
        }

        for (var i = first; i < Weights.Count; i++)
            Weights[i] *= kernel.Sum() / draws;
    }

    private static int Pick(double[] kernel, Random random)
    {
        var left = random.NextDouble() * kernel.Sum();
        var place = 0;
        while (place < kernel.Length - 1 && left >= kernel[place])
            left -= kernel[place++];
        return place;
    }

    private static byte[] Subset(int players, int size, Random random)
    {
        var members = new byte[players];
        members.AsSpan(0, size).Fill(1);
        random.Shuffle(members);
        return members;
    }

    private static byte[] Complement(byte[] members) => Array.ConvertAll(members, member => (byte)(1 - member));

    private static string Key(byte[] members) => Convert.ToHexString(members);

    private void Add(byte[] members, double weight)
    {
        Members.Add(members);
        Weights.Add(weight);
    }
}
