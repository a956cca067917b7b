namespace ThreeLayerCake;

/// <summary>Some rows of the picture: what a baker is told to do. Plain numbers, which a channel carries as their bytes.</summary>
internal readonly record struct Tile(int FirstRow, int Rows, int Side);
