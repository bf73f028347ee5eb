/** What the front door answers, as a client that has only the documentation would write it down. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: string;
  readonly expiresIn: number;
}

export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly stock: number;
}

export interface Order {
  readonly id: string;
  readonly status: 'placed' | 'cancelled';
  readonly lines: readonly {
    readonly productId: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
  readonly total: Money;
  readonly createdAt: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Overview {
  readonly profile: User;
  readonly orders: { readonly items: readonly Order[] };
  readonly complete: boolean;
}

export interface Home {
  readonly greeting: string;
  readonly recentOrders: readonly { readonly id: string; readonly itemCount: number }[];
  readonly recommendations: readonly { readonly id: string; readonly name: string }[];
  readonly complete: boolean;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}
